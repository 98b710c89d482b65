// One flow of a capture: who, its verdict with all probabilities, why, what the model saw, and its packets.

import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { api, data, type Schemas } from "../../api/client.ts";
import { download } from "../../api/download.ts";
import { BarList } from "../../parts/bar-list.tsx";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { duration, endpoint, momentOfUs, percent } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Figure, Page, Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { useCapture } from "./capture-queries.ts";
import { PacketsPanel } from "./packets-panel.tsx";
import { ReasonsPanel, ValuesPanel } from "./reasons-panel.tsx";

export type FlowFacts = Schemas["Flow"];
const MICROSECONDS = 1e6;
/** Colours of attacks and of benign classes, those of the badges. */
const COLOURS = { attack: "var(--mantine-color-red-7)", benign: "var(--mantine-color-green-8)" } as const;

export function Flow() {
  const { capture: id } = useParams({ strict: false }) as { capture: string };
  const search = useSearch({ strict: false }) as Record<string, string | number | undefined>;
  const { job, row, community_id, start_us, model } = search;
  const capture = useCapture(id);
  const wanted = job === undefined ? { community_id, start_us, model } : { job, row };
  const query = useQuery({
    queryKey: ["flow", id, wanted],
    queryFn: ({ signal }) =>
      data(
        api.GET("/captures/{id}/flow", {
          params: { path: { id }, query: wanted as never },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const verdictsOf = job === undefined ? "" : `?job=${job}`;
  return (
    <Page
      title={query.data === undefined ? "Flow" : titleOf(query.data)}
      above={[
        { to: "/captures", text: "Captures" },
        { to: `/captures/${id}${verdictsOf}`, text: capture.data?.name ?? "Capture" },
      ]}
      actions={query.data && <SavePackets capture={id} flow={query.data} />}
    >
      <Asked query={query} what="the flow">
        {(flow) => (
          <>
            <VerdictPanel flow={flow} />
            <ReasonsPanel flow={flow} />
            <PacketsPanel capture={id} identity={flow.identity} />
            <ValuesPanel flow={flow} />
          </>
        )}
      </Asked>
    </Page>
  );
}

function titleOf({ identity }: FlowFacts): string {
  const { source_address, source_port, destination_address, destination_port, transport } = identity;
  // Types and codes of ICMP are no ports.
  const isIcmp = transport.startsWith("icmp");
  const from = endpoint(source_address, isIcmp ? 0 : source_port);
  const to = endpoint(destination_address, isIcmp ? 0 : destination_port);
  return `${from} → ${to}`;
}

function SavePackets({ capture, flow: { identity } }: { capture: string; flow: FlowFacts }) {
  const query = new URLSearchParams(
    Object.entries(tupleOf(identity)).map(([name, value]) => [name, String(value)]),
  );
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() =>
        download(`/captures/${capture}/packets.pcap?${query}`, `flow-${identity.flow}.pcap`).catch(failed)
      }
    >
      Packets as pcap
    </Button>
  );
}

/** What the packets of a flow are asked by. */
export function tupleOf(identity: FlowFacts["identity"]) {
  const { source_address, source_port, destination_address, destination_port, transport } = identity;
  return {
    source_address,
    source_port,
    destination_address,
    destination_port,
    transport,
    from_us: identity.start_us,
    to_us: identity.end_us,
  };
}

function VerdictPanel({ flow }: { flow: FlowFacts }) {
  const { identity, verdict, probabilities, model } = flow;
  const isIcmp = identity.transport.startsWith("icmp");
  const bars = [...probabilities]
    .sort((one, other) => other.probability - one.probability)
    .map(({ class: name, probability, attack }) => ({
      key: name,
      label: name,
      value: probability,
      text: percent(probability, 2),
      note: attack ? "attack" : "benign",
      colour: attack ? COLOURS.attack : COLOURS.benign,
    }));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Panel title="Verdict" note={`Model ${model}, an attack from probability ${verdict.threshold} on`}>
        <Stack gap="md">
          <Group gap="sm">
            <ClassBadge name={verdict.class} attack={verdict.attack} />
            <Text fz="1.35rem" fw={600}>
              {percent(verdict.confidence, 2)}
            </Text>
            {verdict.unknown && (
              <Text size="sm" c="dimmed">
                like nothing in training
              </Text>
            )}
          </Group>
          <SimpleGrid cols={2} spacing="sm">
            <Figure label="Attack, summed" value={percent(verdict.attack_probability, 2)} />
            <Figure
              label="Over"
              value={identity.transport}
              note={isIcmp ? `type ${identity.source_port}, code ${identity.destination_port}` : undefined}
            />
            <Figure
              label="Began (UTC)"
              value={<span style={{ fontSize: "1rem" }}>{momentOfUs(identity.start_us)}</span>}
            />
            <Figure
              label="Lasted"
              value={duration((identity.end_us - identity.start_us) / MICROSECONDS)}
              note={`ended by ${identity.end_reason}`}
            />
          </SimpleGrid>
          <Text size="sm" className="mono foreign">
            {identity.community_id}
          </Text>
        </Stack>
      </Panel>
      <Panel title="Probabilities" note="Of every class that the model knows">
        <BarList label="Probabilities of the classes" bars={bars} full={1} />
      </Panel>
    </SimpleGrid>
  );
}
