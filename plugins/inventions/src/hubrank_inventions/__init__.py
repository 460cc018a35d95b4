"""Patents and code by place for hubrank: PatentsView, REGPAT of the OECD, GitHub Innovation Graph."""
