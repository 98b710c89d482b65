// Tables in hand-written pages: between `<!-- table: NAME -->` and `<!-- end -->` stands what the code makes of them.

export type TableRow = readonly (string | number)[];

/** A table in Markdown. */
export function markdownTable(head: TableRow, rows: readonly TableRow[]): string {
  const line = (cells: TableRow): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** The page with its tables renewed. Throws RangeError for a table that is not there, on either side. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(tables));
  const renewed = page.replace(/<!-- table: (.*) -->\n[\s\S]*?<!-- end -->/g, (_all, name: string) => {
    if (tables[name] === undefined) throw new RangeError(`no table '${name}'`);
    missing.delete(name);
    return `<!-- table: ${name} -->\n${tables[name]}\n<!-- end -->`;
  });
  if (missing.size > 0) throw new RangeError(`no place for table ${[...missing].join(", ")}`);
  return renewed;
}
