// A workbook of plain sheets: ECMA-376, the least that Excel, LibreOffice and openpyxl open.

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** No cell holds a longer text. */
const LONGEST_CELL = 32767;

/** A text without what XML cannot hold. */
function heldByXml(text) {
  return String(text).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
}

function xmlText(text) {
  return heldByXml(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}

/** A cell: a number, or a text, which is marked as one where it could be taken for a formula. */
function xmlCell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? `<c><v>${value}</v></c>` : "<c/>";
  if (!value) return "<c/>";
  const style = FORMULA.test(value) ? ' s="2"' : "";
  return `<c t="inlineStr"${style}><is><t xml:space="preserve">${xmlText(value.slice(0, LONGEST_CELL))}</t></is></c>`;
}

function xmlSheet({ heads, lines, widths }) {
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join("");
  const head = heads.map((text) => xmlCell(text).replace(/^<c /, '<c s="1" ').replace(' s="2"', "")).join("");
  const rows = [head, ...lines.map((line) => line.map(xmlCell).join(""))].map((cells) => `<row>${cells}</row>`);
  const view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  return `${XML}<worksheet xmlns="${MAIN}">${view}<cols>${columns}</cols><sheetData>${rows.join("")}</sheetData></worksheet>`;
}

const STYLES_OF_CELLS =
  `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>' +
  '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

/**
 * A workbook as parts of a blob.
 *
 * @param sheets Each `{ name, heads, lines, widths }`; cells are numbers or texts, and empty where they are "" or NaN.
 */
function workbook(sheets) {
  const numbered = sheets.map((sheet, at) => ({ ...sheet, id: at + 1 }));
  const type = (part, what) =>
    `<Override PartName="/xl/${part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${what}+xml"/>`;
  const relation = (id, what, target) => `<Relationship Id="rId${id}" Type="${RELATIONS}/${what}" Target="${target}"/>`;
  const relations = (inside) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${inside}</Relationships>`;
  const list = numbered.map(({ name, id }) => `<sheet name="${xmlText(name)}" sheetId="${id}" r:id="rId${id}"/>`);
  return zipped([
    [
      "[Content_Types].xml",
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        `<Default Extension="xml" ContentType="application/xml"/>${type("workbook", "sheet.main")}${type("styles", "styles")}` +
        `${numbered.map(({ id }) => type(`worksheets/sheet${id}`, "worksheet")).join("")}</Types>`,
    ],
    ["_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml"))],
    ["xl/workbook.xml", `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${list.join("")}</sheets></workbook>`],
    [
      "xl/_rels/workbook.xml.rels",
      relations(
        numbered.map(({ id }) => relation(id, "worksheet", `worksheets/sheet${id}.xml`)).join("") +
          relation(numbered.length + 1, "styles", "styles.xml"),
      ),
    ],
    ["xl/styles.xml", STYLES_OF_CELLS],
    ...numbered.map((sheet) => [`xl/worksheets/sheet${sheet.id}.xml`, xmlSheet(sheet)]),
  ]);
}
