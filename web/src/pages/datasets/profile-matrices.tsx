// What columns say of each other as a heat map: correlation of numbers, association of categories.

import { Box, Group, SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Chart } from "../../parts/chart.tsx";
import { count } from "../../parts/format.ts";
import { matrixOption, strongest } from "./matrix.ts";
import type { Profile } from "./types.ts";

const KINDS = [
  { value: "pearson", label: "Pearson", words: "Linear correlation of numbers, from −1 to 1" },
  { value: "spearman", label: "Spearman", words: "Correlation of ranks, from −1 to 1" },
  { value: "cramersV", label: "Cramér's V", words: "Association of categories, from 0 to 1" },
] as const;
const CELL_PIXELS = 15;
const LABELS_PIXELS = 190;
const WIDTH_MIN = 420;
const STRONGEST_SHOWN = 8;

export function ProfileMatrices({ profile }: { profile: Profile }) {
  const there = KINDS.filter(({ value }) => (profile[value]?.columns.length ?? 0) > 1);
  const [chosen, setChosen] = useState<string>(there[0]?.value ?? "");
  const kind = there.find(({ value }) => value === chosen) ?? there[0];
  const matrix = kind === undefined ? undefined : profile[kind.value];
  const option = useMemo(() => (matrix === undefined ? undefined : matrixOption(matrix)), [matrix]);
  const pairs = useMemo(() => (matrix === undefined ? [] : strongest(matrix, STRONGEST_SHOWN)), [matrix]);
  if (kind === undefined || matrix === undefined || option === undefined) return null;
  const size = LABELS_PIXELS + matrix.columns.length * CELL_PIXELS;
  return (
    <section>
      <Group justify="space-between" mb={6}>
        <div>
          <Text fw={600} component="h3" fz="md">
            What columns say of each other
          </Text>
          <Text size="sm" c="dimmed">
            {kind.words}; of {count(profile.sample.rows)} rows
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          aria-label="Measure"
          data={there.map(({ value, label }) => ({ value, label }))}
          value={kind.value}
          onChange={setChosen}
        />
      </Group>
      {pairs.length > 0 && (
        <Text size="sm" mb="xs" className="foreign">
          Strongest:{" "}
          {pairs.map(({ one, other, value }) => `${one} and ${other} ${value.toFixed(2)}`).join("; ")}
        </Text>
      )}
      <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label="Heat map, scrolled">
        <Box w={Math.max(WIDTH_MIN, size)}>
          <Chart
            label={`${kind.words}, for each pair of ${matrix.columns.length} columns`}
            option={option}
            height={Math.max(240, size)}
          />
        </Box>
      </Box>
    </section>
  );
}
