"""Rankings as workbooks, Markdown, tables and data packages."""
