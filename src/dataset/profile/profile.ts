// The profile of a table: facts of every column, its classes, and what columns say of each other.
//
// What it guarantees: the same table and seed give the same profile, whatever the threads; memory is DuckDB's and that of the
// sample, never that of the table. Knows no project and no page.

import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import { shown } from "../file-error.ts";
import { stoppable } from "../stop.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { type ClassCodes, classCodes, labelOf, profileClasses } from "./class-codes.ts";
import { profileNumber, profileText } from "./columns.ts";
import {
  CLASSES_MAX,
  type ClassTie,
  type ColumnProfile,
  DISTINCT_TEXTS_MAX,
  type Matrix,
  type NumberColumn,
  type Profile,
  type ProfileRequest,
} from "./contract.ts";
import { isNumber, readFacts } from "./facts.ts";
import { profileMatrices } from "./matrices.ts";

const SEED_DEFAULT = 1;

/** @throws `rows-invalid` where the table has no such column, `cancelled` */
export function profileTable(request: ProfileRequest): Promise<Profile> {
  return stoppable(request.duck.signal, () => profileAll(request));
}

async function profileAll(request: ProfileRequest): Promise<Profile> {
  const { table } = request;
  const label = labelOf(request);
  const columns = wantedColumns(request);
  if (label !== undefined) requireColumn(request, label);
  const classes = label === undefined ? undefined : await profileClasses(request, label);
  const codes = classCodes(classes);
  const { profiled, ratios } = await profileColumns(request, columns, codes);
  const { remarks, ...matrices } = await profileMatrices(
    request,
    matrixColumns(request, columns, label),
    request.seed ?? SEED_DEFAULT,
  );
  return {
    name: table.name,
    rows: table.rows,
    columns: profiled,
    ...(classes === undefined ? {} : { classes }),
    ...matrices,
    classTies: classTies(label, ratios, matrices.cramersV),
    remarks: [...columnRemarks(profiled), ...classRemarks(classes), ...remarks],
  };
}

function wantedColumns(request: ProfileRequest): readonly DatasetColumn[] {
  const { table, columns } = request;
  const label = labelOf(request);
  for (const name of columns ?? []) requireColumn(request, name);
  const wanted =
    columns === undefined ? table.columns : table.columns.filter(({ name }) => columns.includes(name));
  return wanted.map((column) =>
    column.name === label ? { ...column, role: "label", kind: "category" } : column,
  );
}

function requireColumn({ table }: ProfileRequest, name: string): void {
  if (table.columns.some((column) => column.name === name)) return;
  const known = table.columns.slice(0, 8).map((column) => column.name);
  throw new OrbweaverError("rows-invalid", `'${shown(table.name)}' has no column '${shown(name)}'`, {
    hint: `Its columns are ${shown(known.join(", "))}${table.columns.length > known.length ? ", …" : ""}.`,
  });
}

async function profileColumns(
  request: ProfileRequest,
  columns: readonly DatasetColumn[],
  codes: ClassCodes,
): Promise<{ profiled: ColumnProfile[]; ratios: Map<string, number> }> {
  const facts = await readFacts(request, columns, codes);
  const profiled: ColumnProfile[] = [];
  const ratios = new Map<string, number>();
  for (const [at, column] of columns.entries()) {
    request.onProgress?.({ step: `column ${column.name}`, share: at / columns.length });
    if (isNumber(column)) {
      const found = await profileNumber(request, column, facts[at], codes);
      profiled.push(found.column);
      if (column.role === "feature") ratios.set(column.name, found.correlationRatio);
    } else profiled.push(await profileText(request, column, facts[at], codes));
  }
  return { profiled, ratios };
}

/** Features; columns of other roles only when they were asked for by name. The label is always among the categories. */
function matrixColumns(
  request: ProfileRequest,
  columns: readonly DatasetColumn[],
  label: string | undefined,
): { numbers: DatasetColumn[]; categories: DatasetColumn[] } {
  const isIn = ({ name, role }: DatasetColumn): boolean =>
    name !== label && (role === "feature" || request.columns !== undefined);
  const labelColumn = request.table.columns.filter(({ name }) => name === label);
  return {
    numbers: columns.filter((column) => isIn(column) && isNumber(column)),
    categories: [...columns.filter((column) => isIn(column) && !isNumber(column)), ...labelColumn],
  };
}

function classTies(
  label: string | undefined,
  ratios: ReadonlyMap<string, number>,
  categories: Matrix | undefined,
): ClassTie[] {
  const ties: ClassTie[] = [...ratios].map(([column, value]) => ({
    column,
    measure: "correlation-ratio",
    value,
  }));
  const place = label === undefined ? -1 : (categories?.columns.indexOf(label) ?? -1);
  if (categories !== undefined && place >= 0) {
    for (const [at, column] of categories.columns.entries())
      if (at !== place) ties.push({ column, measure: "cramers-v", value: categories.values[at][place] });
  }
  return ties
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value || (a.column < b.column ? -1 : 1));
}

function columnRemarks(columns: readonly ColumnProfile[]): string[] {
  const constant = columns.filter((column) => column.constant).map(({ name }) => name);
  const infinite = columns.flatMap((column) =>
    isNumberProfile(column) && column.infinite > 0
      ? [`${column.name} (${counted(column.infinite, "row")})`]
      : [],
  );
  const estimated = columns.filter((column) => !column.distinct.exact).map(({ name }) => name);
  return [
    ...(constant.length === 0
      ? []
      : [
          `${constant.length === 1 ? "one column is" : `${constant.length} columns are`} constant: ${constant.join(", ")}`,
        ]),
    ...(infinite.length === 0 ? [] : [`infinite values in ${infinite.join(", ")}`]),
    ...(estimated.length === 0
      ? []
      : [
          `with more than ${DISTINCT_TEXTS_MAX} different texts, their number is estimated and none is listed: ${estimated.join(", ")}`,
        ]),
  ];
}

function isNumberProfile(column: ColumnProfile): column is NumberColumn {
  return column.kind === "number" || column.kind === "time";
}

function classRemarks(classes: Profile["classes"]): string[] {
  if (classes === undefined || classes.count <= CLASSES_MAX) return [];
  return [
    `'${classes.column}' has ${classes.count} values, more than ${CLASSES_MAX}: nothing is told by class`,
  ];
}
