// The packets of a flow: drawn by time, direction and size; listed; and each in its layers and bytes. Which packet is looked at
// stands in the address.

import { Group, Pagination, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { api, data } from "../../api/client.ts";
import { Chart } from "../../parts/chart.tsx";
import { bytes, count, duration } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import type { FlowFacts } from "./flow.tsx";
import { tupleOf } from "./flow.tsx";
import { PacketDetail } from "./packet-detail.tsx";
import { type Packet, type Packets, summaryOfPacket } from "./packet-words.ts";
import { timelineOption } from "./timeline.ts";

const PAGE = 50;
const MICROSECONDS = 1e6;

export function PacketsPanel({ capture, identity }: { capture: string; identity: FlowFacts["identity"] }) {
  const search = useSearch({ strict: false }) as { packet?: number };
  const navigate = useNavigate();
  const chosen = Math.max(1, Math.floor(Number(search.packet ?? 1)) || 1);
  const page = Math.ceil(chosen / PAGE);
  const offset = (page - 1) * PAGE;
  const query = useQuery({
    queryKey: ["packets", capture, identity, offset],
    queryFn: ({ signal }) =>
      data(
        api.GET("/captures/{id}/packets", {
          params: { path: { id: capture }, query: { ...tupleOf(identity), offset, limit: PAGE } },
          signal,
        }),
      ) as Promise<Packets>,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const choose = (packet: number): void => {
    void navigate({ search: ((before: object) => ({ ...before, packet })) as never, replace: true });
  };
  return (
    <Asked query={query} what="its packets">
      {(found) =>
        found.total === 0 ? (
          <Panel title="Packets">
            <Empty title="No packets found">
              None of the capture goes between these ends in this time: they may lie in tunnels.
            </Empty>
          </Panel>
        ) : (
          <>
            <TimelinePanel found={found} onChoose={choose} />
            <Panel
              title="Packets"
              note={`${count(found.total)} ${found.total === 1 ? "packet" : "packets"}${found.more ? ": the first of them, more are not looked for" : ""}; times since the first`}
            >
              <Stack gap="md">
                <PacketTable found={found} chosen={chosen} onChoose={choose} />
                {found.total > PAGE && (
                  <Group justify="center">
                    <Pagination
                      size="sm"
                      total={Math.ceil(found.total / PAGE)}
                      value={page}
                      onChange={(next) => choose((next - 1) * PAGE + 1)}
                      getControlProps={(control) => ({ "aria-label": `${control} page` })}
                    />
                  </Group>
                )}
                <Chosen packet={found.packets[chosen - 1 - found.offset]} ordinal={chosen} />
              </Stack>
            </Panel>
          </>
        )
      }
    </Asked>
  );
}

function TimelinePanel({ found, onChoose }: { found: Packets; onChoose: (packet: number) => void }) {
  const option = useMemo(() => timelineOption(found.timeline), [found.timeline]);
  const { forward, backward } = useMemo(() => bytesOf(found.timeline), [found.timeline]);
  return (
    <Panel
      title="Timeline"
      note={`Upwards what the opening side sent (${bytes(forward)}), downwards the other (${bytes(backward)}); bytes on the wire`}
    >
      <Chart
        label={`${count(found.total)} packets by time, direction and size`}
        option={option}
        height={220}
        onClick={({ value }) => onChoose((value as number[])[2] ?? 1)}
      />
    </Panel>
  );
}

function bytesOf(timeline: Packets["timeline"]): { forward: number; backward: number } {
  const sums = { forward: 0, backward: 0 };
  for (const { direction, wire_length } of timeline) sums[direction] += wire_length;
  return sums;
}

interface TableProps {
  found: Packets;
  chosen: number;
  onChoose: (packet: number) => void;
}

function PacketTable({ found, chosen, onChoose }: TableProps) {
  const firstUs = found.timeline[0]?.timestamp_us ?? 0;
  return (
    <Table.ScrollContainer
      minWidth={640}
      mah={380}
      scrollAreaProps={{ offsetScrollbars: "present", viewportProps: { tabIndex: 0 } }}
    >
      <Table aria-label="Packets" stickyHeader highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">Frame</Table.Th>
            <Table.Th ta="right">After</Table.Th>
            <Table.Th>Direction</Table.Th>
            <Table.Th ta="right">Bytes</Table.Th>
            <Table.Th ta="right">Payload</Table.Th>
            <Table.Th>What</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.packets.map((packet, index) => {
            const ordinal = found.offset + index + 1;
            return (
              <Table.Tr
                key={packet.frame}
                bg={ordinal === chosen ? "light-dark(#e6f1f3, #23343a)" : undefined}
                onClick={() => onChoose(ordinal)}
                style={{ cursor: "pointer" }}
              >
                <Table.Td className="number">
                  <UnstyledButton
                    fz="sm"
                    aria-label={`Look at frame ${packet.frame}`}
                    aria-pressed={ordinal === chosen}
                    td="underline"
                  >
                    {count(packet.frame)}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td className="number">
                  {duration((packet.timestamp_us - firstUs) / MICROSECONDS)}
                </Table.Td>
                <Table.Td>{packet.direction === "forward" ? "→ forward" : "← backward"}</Table.Td>
                <Table.Td className="number">{count(packet.wire_length)}</Table.Td>
                <Table.Td className="number">{count(packet.payload_length)}</Table.Td>
                <Table.Td className="foreign">{summaryOfPacket(packet)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Chosen({ packet, ordinal }: { packet: Packet | undefined; ordinal: number }) {
  if (packet === undefined)
    return (
      <Text size="sm" c="dimmed">
        Packet {count(ordinal)} is on its way, or is not there.
      </Text>
    );
  return <PacketDetail packet={packet} />;
}
