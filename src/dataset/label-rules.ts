// Label rules: an ordered list in YAML; the first rule that matches a flow names its label.
//
// The form is checked as a whole and every error names the place in the file. See docs/guide/labels.md.

import * as z from "zod";
import { flowConditions, flowTest } from "./flow-conditions.ts";
import type { FlowQuestion } from "./flow-question.ts";
import { parseFormed } from "./yaml-form.ts";

/** One rule, ready to be asked. */
export interface Rule {
  label: string;
  scenario: string | undefined;
  matches(question: FlowQuestion): boolean;
}

export interface RuleSet {
  rules: Rule[];
  /** Label of flows that no rule matches; undefined leaves them unlabelled. */
  defaultLabel: string | undefined;
}

const RULES_MAX = 100_000;

const name = z.string().trim().min(1, { error: "expected a name" });

const ruleForm = z.strictObject({
  label: name,
  scenario: name.optional(),
  ...flowConditions,
});
const fileForm = z.strictObject({
  default: name.optional(),
  rules: z.array(ruleForm).min(1, { error: "expected at least one rule" }).max(RULES_MAX),
});

type RuleForm = z.infer<typeof ruleForm>;

/** Reads rules from YAML text. Throws `labels-invalid`, naming line and place. */
export function parseRules(text: string, path: string): RuleSet {
  const found = parseFormed(fileForm, { text, path, code: "labels-invalid" });
  return { rules: found.rules.map(compile), defaultLabel: found.default };
}

function compile(form: RuleForm): Rule {
  return { label: form.label, scenario: form.scenario, matches: flowTest(form) };
}
