// What was compared before the best was fitted: candidates with their scores and intervals, and baselines that need no learning.

import { Badge, Group, Stack, Text } from "@mantine/core";
import { DataTable } from "../../parts/data-table.tsx";
import { bytes, count, duration, score } from "../../parts/format.ts";
import type { Comparison, Entry, Figure } from "./types.ts";

const SHOWN = ["accuracy", "macroF1", "mcc", "rocAuc", "logLoss"];

export function Candidates({ comparison }: { comparison: Comparison }) {
  const { metric, metrics, folds, entries, best } = comparison;
  const shown = metrics.filter(({ id }) => id === metric.id || SHOWN.includes(id));
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        Judged on {foldsText(folds)}, chosen by {metric.title}. ± is half of the 95 % interval.
      </Text>
      <DataTable
        label="Candidates and baselines"
        rows={entries}
        rowKey={({ name }) => name}
        minWidth={300 + shown.length * 130}
        columns={[
          {
            id: "name",
            header: "Candidate",
            value: ({ name }) => name,
            cell: (entry) => <Name entry={entry} best={best} />,
          },
          ...shown.map(({ id, title }) => ({
            id,
            header: title,
            isNumber: true,
            value: ({ scores }: Entry) => scores[id]?.mean ?? undefined,
            cell: ({ scores, failure }: Entry) => (failure === undefined ? scoreText(scores[id]) : "failed"),
          })),
          {
            id: "fit",
            header: "Fit",
            isNumber: true,
            value: ({ fitMs, kind }) => (kind === "baseline" ? undefined : fitMs),
            cell: ({ fitMs, kind }) => (kind === "baseline" ? "–" : duration(fitMs / 1_000)),
          },
          {
            id: "score",
            header: "A row",
            isNumber: true,
            value: ({ scoreUs, kind }) => (kind === "baseline" ? undefined : scoreUs),
            cell: ({ scoreUs, kind }) => (kind === "baseline" ? "–" : `${scoreUs.toFixed(2)} µs`),
          },
          {
            id: "size",
            header: "Size",
            isNumber: true,
            value: ({ bytes: size, kind }) => (kind === "baseline" ? undefined : size),
            cell: ({ bytes: size, kind }) => (kind === "baseline" ? "–" : bytes(size)),
          },
        ]}
      />
      {entries
        .filter(({ failure, rule }) => failure !== undefined || rule !== undefined)
        .map(({ name, failure, rule }) => (
          <Text key={name} size="xs" c="dimmed" className="foreign">
            {name}: {failure ?? rule}
          </Text>
        ))}
    </Stack>
  );
}

function Name({ entry, best }: { entry: Entry; best: string | undefined }) {
  const { name, kind, difference } = entry;
  const isAlike =
    difference !== undefined &&
    difference.low !== null &&
    difference.high !== null &&
    difference.low <= 0 &&
    difference.high >= 0;
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" fw={name === best ? 600 : undefined} c={kind === "baseline" ? "dimmed" : undefined}>
        {name}
      </Text>
      {name === best && (
        <Badge size="sm" radius="sm" variant="light" tt="none" c="var(--mantine-color-text)">
          best
        </Badge>
      )}
      {name !== best && isAlike && (
        <Badge size="sm" radius="sm" variant="outline" color="gray" tt="none" c="var(--mantine-color-text)">
          not told from it
        </Badge>
      )}
    </Group>
  );
}

export function scoreText(found: { mean: Figure; low: Figure; high: Figure } | undefined): string {
  if (found === undefined || found.mean === null) return "–";
  if (found.low === null || found.high === null) return score(found.mean);
  return `${score(found.mean)} ±${score((found.high - found.low) / 2)}`;
}

export function foldsText({ method, count: folds, by }: Comparison["folds"]): string {
  if (method === "holdout") return "a share held out";
  const kind = { stratified: "stratified folds", groups: "folds of groups", time: "folds in time" }[method];
  return `${count(folds)} ${kind ?? "folds"}${by === undefined ? "" : ` by ${by}`}`;
}
