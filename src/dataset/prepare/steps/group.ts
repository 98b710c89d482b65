// The step that groups labels: attacks of KDD to their five groups, benign against attack, or by a table of one's own.

import * as z from "zod";
import { isBenignName } from "../../class-names.ts";
import { identifier, literal } from "../../duck.ts";
import { shown } from "../../file-error.ts";
import { KDD_GROUPS } from "../../kdd.ts";
import { defineStep, nameForm, orText } from "../step.ts";
import {
  ask,
  listed,
  refused,
  type StepContext,
  sameValues,
  type Value,
  type Working,
  withRowsWhere,
  withValues,
} from "../working.ts";

const LABELS_MAX = 10_000;
const BENIGN = "benign";
const ATTACK = "attack";

const fullForm = z
  .strictObject({
    by: z.enum(["kdd5", "binary"]).optional(),
    map: z.record(z.string(), z.string().min(1)).optional(),
    benign: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        "Of binary: labels that are no attack; default: those with a known name, such as benign and normal.",
      ),
    otherwise: z
      .enum(["fail", "keep", "drop"])
      .default("fail")
      .describe(
        "What becomes of labels that no group is known for: the step fails, they stay, their rows go.",
      ),
    original: nameForm.optional().describe("Name of a column that keeps the labels as they were."),
  })
  .refine(({ by, map }) => (by === undefined) !== (map === undefined), {
    error: "expected kdd5, binary, or a map of labels to groups",
  })
  .refine(({ by, benign }) => benign === undefined || by === "binary", {
    error: "benign is for binary groups",
  });

type Options = z.output<typeof fullForm>;

export const groupStep = defineStep({
  name: "group",
  summary: "groups labels: kdd5, binary (benign against attack), or a map of labels to groups",
  form: orText("by", fullForm),
  async apply(before, options, context) {
    const { label } = before;
    if (label === undefined) throw refused(context, "there is no label to group");
    const labels = await labelsOf(before, label, context);
    const groups = new Map(
      labels.flatMap((name) => {
        const group = groupOf(name, options);
        return group === undefined ? [] : [[name, group] as const];
      }),
    );
    const unknown = labels.filter((name) => !groups.has(name));
    if (unknown.length > 0 && options.otherwise === "fail") {
      throw refused(
        context,
        `no group is known for ${unknown.length === 1 ? "label" : "labels"} ${listed(unknown.map((name) => `'${shown(name)}'`))}; say 'otherwise: keep' or 'otherwise: drop'`,
      );
    }
    const column = identifier(label);
    const isKnown = `${column} IN (${[...groups.keys()].map(literal).join(", ")})`;
    const working =
      unknown.length === 0 || options.otherwise === "keep"
        ? before
        : await withRowsWhere(
            before,
            groups.size === 0 ? "false" : `${isKnown} OR ${column} IS NULL`,
            context,
          );
    return {
      working: grouped(working, label, groups, options.original, context),
      what: `grouped labels (${options.by ?? "by a map"})`,
      facts: {
        groups: [...groups].map(([from, to]) => ({ label: from, group: to })),
        ...(unknown.length === 0 ? {} : { [options.otherwise === "keep" ? "kept" : "dropped"]: unknown }),
      },
    };
  },
});

async function labelsOf(working: Working, label: string, context: StepContext): Promise<string[]> {
  const name = identifier(label);
  const rows = await ask(
    context,
    `SELECT DISTINCT ${name}::VARCHAR AS label FROM ${working.from} WHERE ${name} IS NOT NULL ORDER BY 1 LIMIT ${LABELS_MAX + 1}`,
  );
  if (rows.length > LABELS_MAX)
    throw refused(context, `column '${label}' has more than ${LABELS_MAX} labels`);
  return rows.map(([text]) => String(text));
}

/** The group of a label; groups are their own groups, so that grouping twice is grouping once. */
function groupOf(label: string, { by, map, benign }: Options): string | undefined {
  if (map !== undefined)
    return Object.hasOwn(map, label) ? map[label] : Object.values(map).includes(label) ? label : undefined;
  if (by === "kdd5") {
    const name = label.toLowerCase().replace(/\.$/, "");
    return KDD_GROUPS.get(name) ?? ([...KDD_GROUPS.values()].includes(name) ? name : undefined);
  }
  const isBenign = benign === undefined ? isBenignName(label) : label === BENIGN || benign.includes(label);
  return isBenign ? BENIGN : ATTACK;
}

function grouped(
  working: Working,
  label: string,
  groups: ReadonlyMap<string, string>,
  original: string | undefined,
  context: StepContext,
): Working {
  const column = identifier(label);
  const text = `${column}::VARCHAR`;
  const cases = [...groups].map(([from, to]) => `WHEN ${literal(from)} THEN ${literal(to)}`);
  const values = sameValues(working).map((value): Value => {
    if (value.column.name !== label) return value;
    const sql = cases.length === 0 ? text : `CASE ${text} ${cases.join(" ")} ELSE ${text} END`;
    return { column: { ...value.column, kind: "category" }, sql };
  });
  if (original === undefined) return withValues(working, values);
  if (working.columns.some(({ name }) => name.toLowerCase() === original.toLowerCase()))
    throw refused(context, `there is a column '${original}' already`);
  const kept = {
    name: original,
    role: "extra",
    kind: "category",
    unit: "",
    description: `${label} before it was grouped`,
  } as const;
  return withValues(working, [...values, { column: kept, sql: text }]);
}
