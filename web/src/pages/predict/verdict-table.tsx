// The columns of a table of verdicts on rows of a file: what was kept of the file, then the verdict, then each probability.

import { ClassBadge } from "../../parts/class-badge.tsx";
import { figure, percent } from "../../parts/format.ts";
import type { Cell } from "../../parts/remote-rows.ts";
import type { Column } from "../../parts/virtual-table.tsx";

interface Described {
  name: string;
  kind: string;
  description: string;
}

const PROBABILITY = "probability_";
const WIDTH_OF_LETTER = 8;
/** Of the verdict, in this order; behind what was kept. */
const VERDICT = ["class", "confidence", "attack", "attack_probability", "unknown"];
/** Tells nothing that the class does not. */
const LEFT_OUT = ["class_index"];
const HEADERS: Readonly<Record<string, string>> = {
  row: "Row",
  class: "Class",
  confidence: "Probability",
  attack: "Attack",
  attack_probability: "Attack, probability",
  unknown: "Unlike training",
  reasons: "Reasons",
};

export function verdictTableColumns(columns: readonly Described[]): Column<Cell[]>[] {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const kept = columns
    .map(({ name }) => name)
    .filter(
      (name) =>
        name !== "row" &&
        name !== "reasons" &&
        !VERDICT.includes(name) &&
        !LEFT_OUT.includes(name) &&
        !name.startsWith(PROBABILITY),
    );
  const probabilities = columns.map(({ name }) => name).filter((name) => name.startsWith(PROBABILITY));
  const order = ["row", ...VERDICT, ...kept, ...probabilities, "reasons"].filter((name) => places.has(name));
  const attackAt = places.get("attack") ?? -1;
  return order.map((name) => {
    const at = places.get(name) as number;
    const { kind } = columns[at];
    return { ...column(name, kind), cell: (cells) => cellOf(name, cells[at], cells[attackAt]) };
  });
}

function column(name: string, kind: string): Omit<Column<Cell[]>, "cell"> {
  const isProbability = name.startsWith(PROBABILITY);
  const header = HEADERS[name] ?? (isProbability ? name.slice(PROBABILITY.length) : name);
  const isWide = name === "reasons";
  return {
    id: name,
    header,
    width: isWide
      ? 480
      : name === "class"
        ? 170
        : Math.min(240, Math.max(96, header.length * WIDTH_OF_LETTER + 36)),
    grows: isWide || kind === "text",
    isNumber: kind === "number" && name !== "attack" && name !== "unknown",
    isSortable: true,
  };
}

function cellOf(name: string, cell: Cell, attack: Cell) {
  if (name === "class") return <ClassBadge name={String(cell)} attack={Boolean(attack)} />;
  if (cell === null || cell === undefined) return "–";
  if (name === "attack" || name === "unknown") return cell === 1 || cell === true ? "yes" : "no";
  if (name === "confidence" || name === "attack_probability" || name.startsWith(PROBABILITY))
    return percent(Number(cell), 2);
  if (typeof cell === "number") return figure(cell);
  return (
    <span title={String(cell)} style={{ overflow: "hidden", textOverflow: "ellipsis" }}>
      {String(cell)}
    </span>
  );
}
