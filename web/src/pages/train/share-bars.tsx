// Shares as bars beside their names and figures, of one model or of several side by side: importance of columns.

import { Box, Button, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { percent } from "../../parts/format.ts";
import { SERIES } from "../../theme.ts";

export interface ShareColumn {
  name: string;
  shares: readonly { column: string; share: number }[];
}

const SHOWN = 12;

export function ShareBars({ label, models }: { label: string; models: readonly ShareColumn[] }) {
  const [isWhole, setWhole] = useState(false);
  const names = rankedNames(models);
  const maps = models.map(({ shares }) => new Map(shares.map(({ column, share }) => [column, share])));
  const most = Math.max(...models.flatMap(({ shares }) => shares.map(({ share }) => share)), 1e-9);
  const shown = isWhole ? names : names.slice(0, SHOWN);
  if (names.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Not recorded: this model names no column.
      </Text>
    );
  return (
    <Stack gap="xs">
      <ScrollArea type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0 }}>
        <Table aria-label={label} verticalSpacing={4} fz="sm" miw={240 + models.length * 180} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={230}>Column</Table.Th>
              {models.map(({ name }) => (
                <Table.Th key={name} className="foreign">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((column) => (
              <Table.Tr key={column}>
                <Table.Td className="mono foreign">{column}</Table.Td>
                {maps.map((shares, at) => (
                  <Table.Td key={models[at].name}>
                    <Bar share={shares.get(column)} most={most} colour={SERIES[at % SERIES.length]} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {names.length > SHOWN && (
        <Group>
          <Button size="compact-sm" variant="default" onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Only the first ${SHOWN}` : `All ${names.length} columns`}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Bar({ share, most, colour }: { share: number | undefined; most: number; colour: string }) {
  return (
    <Group gap={8} wrap="nowrap">
      <Box flex="1 1 auto" h={10} aria-hidden>
        <Box h={10} w={`${(100 * (share ?? 0)) / most}%`} miw={share ? 1 : 0} bg={colour} />
      </Box>
      <Text size="sm" w={64} ta="right" flex="0 0 auto">
        {share === undefined ? "–" : percent(share)}
      </Text>
    </Group>
  );
}

/** Columns by their largest share in any model. */
function rankedNames(models: readonly ShareColumn[]): string[] {
  const largest = new Map<string, number>();
  for (const { shares } of models)
    for (const { column, share } of shares) largest.set(column, Math.max(share, largest.get(column) ?? 0));
  return [...largest].sort((one, other) => other[1] - one[1]).map(([name]) => name);
}
