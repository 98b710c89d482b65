// Steps that give rows their labels: rules by file, time, address, port and expression; and records of another table.

import * as z from "zod";
import { counted } from "../../../base/number-text.ts";
import { identifier, literal } from "../../duck.ts";
import { flowConditions, flowTest } from "../../flow-conditions.ts";
import type { FlowQuestion } from "../../flow-question.ts";
import { LabelIndex, RECORDS_MAX, type RecordColumns } from "../../label-index.ts";
import { SOURCE_FILE_COLUMN } from "../../split/split.ts";
import type { DatasetColumn } from "../../store/contract.ts";
import { fromTable, readTableFacts } from "../../store/table-parquet.ts";
import {
  type FlowColumn,
  type FlowColumns,
  flowColumns,
  flowColumnsForm,
  flowQuestions,
  lackingText,
} from "../flow-columns.ts";
import { scanRows, withTexts } from "../row-codes.ts";
import { defineStep, nameForm } from "../step.ts";
import {
  ask,
  patternTest,
  refused,
  type StepContext,
  type StepOutcome,
  type Working,
  withColumn,
  withRowsWhere,
  written,
} from "../working.ts";
import { conditionSql } from "./rows.ts";

const RULES_MAX = 10_000;
const labelForm = z.string().trim().min(1, { error: "expected a label" });

/** What becomes of rows that nothing names: they keep the label that they have, go, or get a label. */
const unmatchedForm = z
  .union([z.enum(["keep", "drop"]), z.strictObject({ label: labelForm })])
  .default("keep");
type Unmatched = z.output<typeof unmatchedForm>;

// --- rules ----------------------------------------------------------------------------------------------------

const ruleForm = z.strictObject({
  label: labelForm,
  /** Names of source files, with * and ?. */
  file: z
    .union([
      z
        .string()
        .min(1)
        .transform((one) => [one]),
      z.array(z.string().min(1)).min(1),
    ])
    .optional(),
  where: z.string().min(1).optional().describe("An expression over the columns."),
  ...flowConditions,
});
type Rule = z.output<typeof ruleForm>;

/** What a condition on flows is asked of. */
const NEEDS: readonly (readonly [condition: keyof typeof flowConditions, needed: readonly FlowColumn[]])[] = [
  ["source", ["source"]],
  ["destination", ["destination"]],
  ["either", ["source", "destination"]],
  ["source_port", ["source_port"]],
  ["destination_port", ["destination_port"]],
  ["port", ["source_port", "destination_port"]],
  ["transport", ["transport"]],
  ["from", ["start"]],
  ["to", ["start"]],
];

export const labelRulesStep = defineStep({
  name: "label-rules",
  summary:
    "gives labels by rules, the first that matches a row: source file, time, address, port, transport, expression",
  form: z.strictObject({
    rules: z.array(ruleForm).min(1, { error: "expected at least one rule" }).max(RULES_MAX),
    unmatched: unmatchedForm,
    columns: flowColumnsForm.optional(),
  }),
  describes: true,
  async apply(before, { rules, unmatched, columns: given }, context) {
    const working = await written(before, context);
    const flow = requiredFlow(working.columns, given, neededBy(rules), context);
    const asides = await asidesOf(working, rules, context);
    const { given: label, matched } = rules.some(isOfFlow)
      ? await byLooking(working, rules, asides, flow, context)
      : await bySql(working, rules, asides, context);
    const unused = matched.filter((count) => count === 0).length;
    const total = matched.reduce((sum, count) => sum + count, 0);
    return labelled(
      working,
      { ...label, unmatched },
      {
        what: `labelled ${counted(total, "row")} by ${counted(rules.length, "rule")}`,
        facts: {
          matched: rules.map(({ label }, at) => ({ label, rows: matched[at] })),
          unmatched: working.rows - total,
        },
        remarks:
          unused === 0 ? [] : [{ what: `${counted(unused, "rule")} of ${rules.length} matched no row` }],
      },
      context,
    );
  },
});

function isOfFlow(rule: Rule): boolean {
  return NEEDS.some(([condition]) => rule[condition] !== undefined);
}

/** SQL of what each rule asks beside conditions on flows: files and expression; undefined where it asks nothing of these. */
async function asidesOf(
  working: Working,
  rules: readonly Rule[],
  context: StepContext,
): Promise<(string | undefined)[]> {
  const files = rules.some(({ file }) => file !== undefined) ? await filesOf(working, context) : [];
  return rules.map(({ file, where }) => {
    const tests = file?.map(patternTest);
    const meant = files.filter((name) => tests?.some((test) => test(name)));
    const isFile =
      meant.length === 0
        ? "false"
        : `${identifier(SOURCE_FILE_COLUMN)} IN (${meant.map(literal).join(", ")})`;
    const parts = [
      ...(file === undefined ? [] : [isFile]),
      ...(where === undefined ? [] : [conditionSql(working, where, context)]),
    ];
    return parts.length === 0 ? undefined : `coalesce(${parts.join(" AND ")}, false)`;
  });
}

async function filesOf(working: Working, context: StepContext): Promise<string[]> {
  if (!working.columns.some(({ name }) => name === SOURCE_FILE_COLUMN))
    throw refused(context, `there is no column '${SOURCE_FILE_COLUMN}' that tells files`);
  const name = identifier(SOURCE_FILE_COLUMN);
  const rows = await ask(
    context,
    `SELECT DISTINCT ${name}::VARCHAR FROM ${working.from} WHERE ${name} IS NOT NULL`,
  );
  return rows.map(([file]) => String(file));
}

interface ByRules {
  given: GivenLabels;
  /** Rows by rule. */
  matched: number[];
}

/** Rules without conditions on flows: no row leaves DuckDB. */
async function bySql(
  working: Working,
  rules: readonly Rule[],
  asides: readonly (string | undefined)[],
  context: StepContext,
): Promise<ByRules> {
  const first = (values: (at: number) => string): string =>
    `CASE ${rules.map((_, at) => `WHEN ${asides[at] ?? "true"} THEN ${values(at)}`).join(" ")} END`;
  const counts = await ask(
    context,
    `SELECT ${first(String)} AS rule, count(*) FROM ${working.from} GROUP BY 1`,
  );
  const matched = new Array<number>(rules.length).fill(0);
  for (const [rule, count] of counts) if (rule !== null) matched[Number(rule)] = Number(count);
  return { given: { sql: first((at) => literal(rules[at].label)) }, matched };
}

/** Rules of which some ask for addresses, ports or times: rows are looked at one by one. */
async function byLooking(
  working: Working,
  rules: readonly Rule[],
  asides: readonly (string | undefined)[],
  flow: FlowColumns,
  context: StepContext,
): Promise<ByRules> {
  const expressions = [...flow.expressions, ...asides.filter((sql) => sql !== undefined)];
  let at = flow.expressions.length;
  const tests = rules.map((rule, index) => ({
    isOfFlow: isOfFlow(rule),
    flow: flowTest(rule),
    asideAt: asides[index] === undefined ? -1 : at++,
  }));
  const names = [...new Set(rules.map(({ label }) => label))];
  const codes = new Int32Array(working.rows).fill(-1);
  const matched = new Array<number>(rules.length).fill(0);
  const ask = flowQuestions("what is there");
  await scanRows(working, expressions, context, (chunk, first, count) => {
    for (let row = 0; row < count; row++) {
      const question = ask(chunk, row);
      const rule = tests.findIndex(
        ({ isOfFlow: asks, flow: test, asideAt }) =>
          (asideAt < 0 || chunk[asideAt][row] === true) &&
          (!asks || (question !== undefined && test(question))),
      );
      if (rule < 0) continue;
      matched[rule]++;
      codes[first + row] = names.indexOf(rules[rule].label);
    }
  });
  return { given: codedLabels(codes, names), matched };
}

function neededBy(rules: readonly Rule[]): FlowColumn[] {
  const needed = NEEDS.filter(([condition]) => rules.some((rule) => rule[condition] !== undefined));
  return [...new Set(needed.flatMap(([, columns]) => columns))];
}

// --- records --------------------------------------------------------------------------------------------------

const EVERYTHING: readonly FlowColumn[] = [
  "start",
  "source",
  "destination",
  "source_port",
  "destination_port",
  "transport",
];

export const joinLabelsStep = defineStep({
  name: "join-labels",
  summary:
    "gives the labels of another table's flows, by time and five-tuple in either direction: Zeek, EVE, CSV",
  form: z.strictObject({
    from: z.string().min(1).describe("A data set, or a file of a kind that can be imported."),
    label: nameForm.optional().describe("Its column that holds the labels; default: its label."),
    tolerance: z
      .number()
      .min(0)
      .max(86_400)
      .default(0)
      .describe("Seconds that may lie between a row and a record, where no record overlaps it."),
    unmatched: unmatchedForm,
    columns: flowColumnsForm.optional().describe("Columns of the table, where they are called otherwise."),
    from_columns: flowColumnsForm.optional().describe("The same of the other table."),
  }),
  describes: true,
  async apply(before, options, context) {
    const working = await written(before, context);
    const flow = requiredFlow(working.columns, options.columns, EVERYTHING, context);
    const records = await readRecords(options, context);
    const codes = new Int32Array(working.rows).fill(-1);
    const ask = flowQuestions("whole flows");
    let matched = 0;
    await scanRows(working, flow.expressions, context, (chunk, first, count) => {
      for (let row = 0; row < count; row++) {
        const question = ask(chunk, row);
        const label = question === undefined ? -1 : records.labelOf(question);
        if (label >= 0) matched++;
        codes[first + row] = label;
      }
    });
    const { conflicts, unused } = records.facts();
    return labelled(
      working,
      { ...codedLabels(codes, records.names), unmatched: options.unmatched },
      {
        what: `labelled ${counted(matched, "row")} by ${counted(records.count, "record")} of '${options.from}'`,
        facts: {
          matched,
          unmatched: working.rows - matched,
          records: records.count,
          unusedRecords: unused,
        },
        remarks: [
          ...(conflicts > 0
            ? [
                {
                  what: "rows overlap records of several labels; the longest overlap counts",
                  count: conflicts,
                },
              ]
            : []),
          ...(records.skipped > 0
            ? [{ what: "records without time, addresses or label were passed over", count: records.skipped }]
            : []),
        ],
      },
      context,
    );
  },
});

interface Records {
  count: number;
  /** Rows of the other table that tell no flow or no label. */
  skipped: number;
  names: string[];
  /** Number of a flow's label; -1 where no record is of it. */
  labelOf(question: FlowQuestion): number;
  facts(): { conflicts: number; unused: number };
}

async function readRecords(
  options: {
    from: string;
    label?: string;
    tolerance: number;
    from_columns?: z.output<typeof flowColumnsForm>;
  },
  context: StepContext,
): Promise<Records> {
  const table = await context.resolve(options.from);
  const label = options.label ?? table.label;
  if (label === undefined || !table.columns.some(({ name }) => name === label))
    throw refused(context, `'${options.from}' has no column '${label ?? "label"}' of labels`);
  if (table.rows > RECORDS_MAX) throw refused(context, `'${options.from}' has more than ${RECORDS_MAX} rows`);
  const { columns } = await readTableFacts(context.duck, table.path);
  const flow = requiredFlow(columns, options.from_columns, EVERYTHING, context);
  const records = newRecords(table.rows);
  const numbers = new Map<string, number>();
  const ask = flowQuestions("whole flows");
  let count = 0;
  const from: Working = { from: fromTable(table.path), scratch: [], rows: table.rows, columns };
  await scanRows(from, [...flow.expressions, `${identifier(label)}::VARCHAR`], context, (chunk, _, rows) => {
    const texts = chunk[flow.expressions.length];
    for (let row = 0; row < rows; row++) {
      const question = ask(chunk, row);
      const text = texts[row];
      if (question === undefined || Number.isNaN(question.startUs) || question.protocol < 0 || text === null)
        continue;
      records.words.set(question.words, count * 8);
      records.ports[count] = ((question.sourcePort << 16) | question.destinationPort) >>> 0;
      records.protocols[count] = question.protocol;
      records.starts[count] = question.startUs;
      records.ends[count] = question.endUs;
      const number = numbers.get(String(text)) ?? numbers.size;
      numbers.set(String(text), number);
      records.labels[count++] = number;
    }
  });
  if (count === 0) throw refused(context, `'${options.from}' holds no flow with time, addresses and label`);
  return {
    ...recordFinder(trimmed(records, count), Math.round(options.tolerance * 1e6)),
    count,
    skipped: table.rows - count,
    names: [...numbers.keys()],
  };
}

/** Records that overlap a flow come first; only a flow that none overlaps is looked for within the tolerance. */
function recordFinder(records: LabelledRecords, toleranceUs: number): Pick<Records, "labelOf" | "facts"> {
  const { labels } = records;
  const used = new Uint8Array(labels.length);
  const indexes = [new LabelIndex(records, labels)];
  if (toleranceUs > 0) {
    const starts = records.starts.map((start) => start - toleranceUs);
    indexes.push(
      new LabelIndex({ ...records, starts, ends: records.ends.map((end) => end + toleranceUs) }, labels),
    );
  }
  return {
    labelOf(question) {
      for (const index of indexes) {
        const record = index.find(question);
        if (record < 0) continue;
        used[record] = 1;
        return labels[record];
      }
      return -1;
    },
    facts: () => ({
      conflicts: indexes.reduce((sum, { conflicts }) => sum + conflicts, 0),
      unused: used.reduce((sum, is) => sum + 1 - is, 0),
    }),
  };
}

type LabelledRecords = RecordColumns & { labels: Uint32Array };

function trimmed(records: LabelledRecords, count: number): LabelledRecords {
  return {
    words: records.words.slice(0, count * 8),
    ports: records.ports.slice(0, count),
    protocols: records.protocols.slice(0, count),
    starts: records.starts.slice(0, count),
    ends: records.ends.slice(0, count),
    labels: records.labels.slice(0, count),
  };
}

function newRecords(size: number): LabelledRecords {
  return {
    words: new Int32Array(size * 8),
    ports: new Uint32Array(size),
    protocols: new Uint8Array(size),
    starts: new Float64Array(size),
    ends: new Float64Array(size),
    labels: new Uint32Array(size),
  };
}

// --- shared ---------------------------------------------------------------------------------------------------

function requiredFlow(
  columns: readonly DatasetColumn[],
  given: z.output<typeof flowColumnsForm> | undefined,
  needed: readonly FlowColumn[],
  context: StepContext,
): FlowColumns {
  const flow = flowColumns(columns, given);
  if (typeof flow === "string") throw refused(context, flow);
  const lacking = lackingText(flow, needed);
  if (lacking !== undefined) throw refused(context, lacking);
  return flow;
}

const LABEL: DatasetColumn = {
  name: "label",
  role: "label",
  kind: "category",
  unit: "",
  description: "Class",
};

/** The labels that were found: SQL over the columns, or a number a row; missing, or -1, where nothing names a row. */
type GivenLabels = { sql: string } | { codes: Int32Array; names: readonly string[] };

function codedLabels(codes: Int32Array, names: readonly string[]): GivenLabels {
  return { codes, names };
}

async function labelled(
  working: Working & { path: string },
  { unmatched, ...given }: GivenLabels & { unmatched: Unmatched },
  told: Omit<StepOutcome, "working">,
  context: StepContext,
): Promise<StepOutcome> {
  const own = working.columns.find(({ name }) => name === (working.label ?? LABEL.name));
  const column: DatasetColumn = own === undefined ? LABEL : { ...own, role: "label", kind: "category" };
  const otherwise = otherwiseSql(unmatched, own);
  const made =
    "sql" in given
      ? withColumn(working, column, `coalesce(${given.sql}, ${otherwise})`)
      : await withTexts(working, { column, ...given, otherwise }, context);
  const rows = { ...made, label: column.name };
  const isKept = unmatched !== "drop";
  return {
    working: isKept ? rows : await withRowsWhere(rows, `${identifier(column.name)} IS NOT NULL`, context),
    ...told,
  };
}

/** SQL of the label of a row that nothing names. */
function otherwiseSql(unmatched: Unmatched, own: DatasetColumn | undefined): string {
  if (typeof unmatched === "object") return literal(unmatched.label);
  return unmatched === "drop" || own === undefined ? "NULL::VARCHAR" : `${identifier(own.name)}::VARCHAR`;
}
