// Nodes of a tree as they are drawn: merged from the parts that were asked for. Pure.

import type { Schemas } from "../../api/client.ts";
import { count, percent, score } from "../../parts/format.ts";
import { ATTACK, BENIGN } from "../../theme.ts";

export type TreeNode = Schemas["TreeNode"];

/** The tree with what was asked for later put where it was cut. */
export function merged(root: TreeNode, parts: ReadonlyMap<number, TreeNode>): TreeNode {
  const whole = isCut(root) ? (parts.get(root.id) ?? root) : root;
  return {
    ...whole,
    ...(whole.yes && { yes: merged(whole.yes, parts) }),
    ...(whole.no && { no: merged(whole.no, parts) }),
  };
}

/** Whether a node asks something and its answers were not told. */
export function isCut(node: TreeNode): boolean {
  return node.question !== undefined && node.yes === undefined;
}

/** What is thought at a node: its likeliest class with its share, or what it adds to the score. */
export function verdictText(node: TreeNode): string {
  const [first] = node.classes ?? [];
  if (first !== undefined) return `${first.name} ${percent(first.share)}`;
  return `${node.value < 0 ? "−" : "+"}${score(Math.abs(node.value), 3)}`;
}

export interface DrawnNode {
  name: string;
  id: number;
  isCut: boolean;
  value: string;
  itemStyle: { color: string; borderColor: string };
  label: { formatter: string };
  children?: DrawnNode[];
}

/** A node as ECharts draws it, its answers named at its children. */
export function drawn(node: TreeNode, isBenign: (name: string) => boolean, answer?: "yes" | "no"): DrawnNode {
  const { yes, no, question, rows } = node;
  const [first] = node.classes ?? [];
  const isHarmless = first === undefined ? node.value <= 0 : isBenign(first.name);
  const colour = isHarmless ? BENIGN : ATTACK;
  const lead = answer === undefined ? "" : `${answer}: `;
  const cut = isCut(node);
  const line = question === undefined ? verdictText(node) : `${question}${cut ? " …" : ""}`;
  return {
    name: question ?? verdictText(node),
    id: node.id,
    isCut: cut,
    value: `${question === undefined ? "" : `${question}\n`}${verdictText(node)}\n${count(rows)} training rows${
      node.missing === undefined ? "" : `\na missing value counts as ${node.missing}`
    }${cut ? "\nclick to see more" : ""}`,
    itemStyle: { color: question === undefined || cut ? colour : "transparent", borderColor: colour },
    label: {
      formatter: `${lead}${line}\n${question === undefined ? "" : `${verdictText(node)}, `}${count(rows)} rows`,
    },
    ...(yes && no && { children: [drawn(yes, isBenign, "yes"), drawn(no, isBenign, "no")] }),
  };
}

/** Leaves and cut nodes: how tall a drawing has to be. */
export function tipsOf(node: TreeNode): number {
  return (node.yes ? tipsOf(node.yes) : 0) + (node.no ? tipsOf(node.no) : 0) || 1;
}
