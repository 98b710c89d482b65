// All that a live source told of one verdict: for flows of an interface, whose packets nobody kept.

import { Code, Drawer, List, Stack, Table, Text } from "@mantine/core";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { bytes, count, duration, endpoint, momentOfUs, percent } from "../../parts/format.ts";
import { reasonsOf, type VerdictRow } from "../../parts/verdicts/verdict-row.ts";

const MICROSECONDS = 1e6;

export function VerdictDrawer({ row, onClose }: { row: VerdictRow | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={row !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title="Verdict"
      // Locking the page's scrolling would write a style of its own, which the content security policy refuses.
      lockScroll={false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {row !== undefined && <Facts row={row} />}
    </Drawer>
  );
}

function Facts({ row }: { row: VerdictRow }) {
  const reasons = Array.isArray(row.reasons) ? (row.reasons as string[]) : [reasonsOf(row)].filter(Boolean);
  const facts: [string, React.ReactNode][] = [
    ["Class", <ClassBadge key="class" name={row.class} attack={row.attack} />],
    ["Probability of the class", percent(row.confidence, 2)],
    ["Probability of an attack", percent(row.attack_probability, 2)],
    ["From", endpoint(row.source_address, row.source_port)],
    ["To", endpoint(row.destination_address, row.destination_port)],
    ["Over", row.service ? `${row.transport}, ${row.service}` : row.transport],
    ["Began (UTC)", momentOfUs(row.start_us)],
    ["Last packet (UTC)", momentOfUs(row.end_us)],
    ["Lasted", duration((row.end_us - row.start_us) / MICROSECONDS)],
    ["Packets", count(row.packets)],
    ["Bytes on the wire", bytes(row.wire_bytes)],
    ["Ended by", row.early ? "nothing yet: an early verdict" : row.end_reason],
    ["Community ID", <Code key="community">{row.community_id}</Code>],
  ];
  return (
    <Stack gap="md">
      <Table aria-label="What the source told" withRowBorders={false} verticalSpacing={3}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={170} fw={400} c="dimmed" scope="row">
                {name}
              </Table.Th>
              <Table.Td className="foreign">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <div>
        <Text fw={600} size="sm" mb={4}>
          Reasons
        </Text>
        {reasons.length === 0 ? (
          <Text size="sm" c="dimmed">
            None were asked for.
          </Text>
        ) : (
          <List size="sm">
            {reasons.map((reason) => (
              <List.Item key={reason} className="foreign">
                {reason}
              </List.Item>
            ))}
          </List>
        )}
        <Text size="xs" c="dimmed" mt="xs">
          Packets of an interface are not kept; a capture that is played leads to its packets.
        </Text>
      </div>
    </Stack>
  );
}
