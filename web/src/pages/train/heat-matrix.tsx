// A confusion matrix as a table whose cells are shaded by the share of their row: counts and shares are text, so that they are read
// by whoever reads the page.

import { Group, ScrollArea, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { count, percent } from "../../parts/format.ts";

/** Shade of a whole row, per cent; text stays readable on it in both schemes. */
const SHADE_MAX = 42;

/** Long names are cut, and told whole when one points at them. */
const NAME = { whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis", maxWidth: 170 } as const;

export function HeatMatrix({
  classes,
  confusion,
  label,
}: {
  classes: readonly string[];
  /** `confusion[truth][verdict]`, rows. */
  confusion: readonly (readonly number[])[];
  label: string;
}) {
  const [shown, setShown] = useState<"counts" | "shares">("counts");
  const sums = confusion.map((row) => row.reduce((sum, value) => sum + value, 0));
  const verdicts = classes.map((_, at) => confusion.reduce((sum, row) => sum + row[at], 0));
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          Rows: what they are. Columns: what they were called. Shade: share of the row.
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="What the cells tell"
          value={shown}
          onChange={(value) => setShown(value as "counts" | "shares")}
          data={[
            { value: "counts", label: "Counts" },
            { value: "shares", label: "Shares" },
          ]}
        />
      </Group>
      <ScrollArea type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0 }}>
        <Table aria-label={label} withColumnBorders verticalSpacing={4} w="auto" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Is</Table.Th>
              {classes.map((name) => (
                <Table.Th key={name} scope="col" ta="right" title={name} style={NAME}>
                  {name}
                </Table.Th>
              ))}
              <Table.Th scope="col" ta="right">
                Rows
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {classes.map((name, truth) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" title={name} style={NAME}>
                  {name}
                </Table.Th>
                {classes.map((called, verdict) => {
                  const value = confusion[truth][verdict];
                  const share = sums[truth] > 0 ? value / sums[truth] : 0;
                  return (
                    <Table.Td
                      key={called}
                      className="number"
                      title={`${name} called ${called}: ${count(value)} rows, ${percent(share, 2)}`}
                      style={{ background: shadeOf(share, truth === verdict) }}
                    >
                      {shown === "counts" ? count(value) : value === 0 ? "0 %" : percent(share)}
                    </Table.Td>
                  );
                })}
                <Table.Td className="number">{count(sums[truth])}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th scope="row">Called</Table.Th>
              {classes.map((name, at) => (
                <Table.Td key={name} className="number">
                  {count(verdicts[at])}
                </Table.Td>
              ))}
              <Table.Td className="number">{count(sums.reduce((sum, value) => sum + value, 0))}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Stack>
  );
}

function shadeOf(share: number, isRight: boolean): string | undefined {
  if (share === 0) return undefined;
  const colour = isRight ? "#2c8ea0" : "#d55e00";
  return `color-mix(in srgb, ${colour} ${(2 + share * SHADE_MAX).toFixed(1)}%, transparent)`;
}
