// The loss ledger of a live source while it runs: what became of every packet, and the sums that prove it.

import { Group, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { memo } from "react";
import { count } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import type { Source } from "../live/feed.ts";
import { ledgerRows } from "./ledger-rows.ts";

export const Ledger = memo(function Ledger({ source: { ledger, sums = [] } }: { source: Source }) {
  if (ledger === undefined) return null;
  const wrong = sums.filter(({ left, right }) => left !== right).length;
  return (
    <Panel
      title="Loss ledger"
      note="What became of every packet since the source began, so far."
      actions={<Verdict wrong={wrong} of={sums.length} />}
    >
      <Stack gap="lg">
        <Table aria-label="Loss ledger" verticalSpacing={3}>
          <Table.Tbody>
            {ledgerRows(ledger).map(({ name, value, depth, isLoss, note }) => (
              <Table.Tr key={`${name}${depth}`}>
                <Table.Th scope="row" fw={depth === 0 ? 600 : 400} pl={depth === 0 ? 4 : 24}>
                  {name}
                  {note !== undefined && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      {note}
                    </Text>
                  )}
                </Table.Th>
                <Table.Td
                  className="number"
                  c={isLoss && value !== 0 ? "light-dark(#a8071a, #ff9b9b)" : undefined}
                >
                  {count(value)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Sums sums={sums} />
      </Stack>
    </Panel>
  );
});

function Verdict({ wrong, of }: { wrong: number; of: number }) {
  return (
    <Group gap={4} wrap="nowrap">
      {wrong === 0 ? <IconCheck size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
      <Text size="sm" fw={600}>
        {wrong === 0 ? `All ${of} sums agree` : `${wrong} of ${of} sums do not agree`}
      </Text>
    </Group>
  );
}

function Sums({ sums }: { sums: NonNullable<Source["sums"]> }) {
  return (
    <Table.ScrollContainer minWidth={380} type="native" scrollAreaProps={{ tabIndex: 0 }}>
      <Table aria-label="Sums that must agree" verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What must be equal</Table.Th>
            <Table.Th ta="right">Left</Table.Th>
            <Table.Th ta="right">Right</Table.Th>
            <Table.Th>
              <Text span size="xs" fw={600}>
                Agree
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sums.map(({ name, left, right }) => (
            <Table.Tr key={name} c={left === right ? undefined : "light-dark(#a8071a, #ff9b9b)"}>
              <Table.Td>{name}</Table.Td>
              <Table.Td className="number">{count(left)}</Table.Td>
              <Table.Td className="number">{count(right)}</Table.Td>
              <Table.Td>{left === right ? "yes" : "no"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
