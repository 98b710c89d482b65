// The hosts of a live source with the most bytes and the most flows, with how far off each figure may be.

import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { api, data, type Schemas } from "../../api/client.ts";
import { BarList } from "../../parts/bar-list.tsx";
import { bytes, count, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";

const ASK_MS = 3_000;

type Told = Schemas["LiveTalkers"];

export const Talkers = memo(function Talkers({ name, isOver }: { name: string; isOver: boolean }) {
  const query = useQuery({
    queryKey: ["source", name, "talkers"],
    queryFn: () => data(api.GET("/sources/{name}/talkers", { params: { path: { name } } })),
    refetchInterval: isOver ? false : ASK_MS,
  });
  return (
    <Panel
      title="Top talkers"
      note="Hosts at either end of the flows that ended since the source began, with their share of all."
    >
      <Asked query={query} what="top talkers">
        {(told) =>
          told.flows.total === 0 ? (
            <Empty title="No flow has ended yet" />
          ) : (
            <Stack gap="lg">
              <Hosts title="By bytes" counted={told.counted} table={told.bytes} words={bytes} />
              <Hosts title="By flows" counted={told.counted} table={told.flows} words={flowsText} />
            </Stack>
          )
        }
      </Asked>
    </Panel>
  );
});

interface HostsProps {
  title: string;
  counted: number;
  table: Told["bytes"];
  words: (amount: number) => string;
}

function Hosts({ title, counted, table: { top, total, uncountedMax }, words }: HostsProps) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <BarList
        label={`Top talkers, ${title.toLowerCase()}`}
        bars={top.map(({ address, amount, surplus }) => ({
          key: address,
          label: <span className="mono">{address}</span>,
          value: amount,
          text: `${words(amount)} · ${percent(total === 0 ? undefined : Math.min(1, amount / total))}`,
          note: surplus > 0 ? `at most ${words(surplus)} less` : undefined,
        }))}
        full={total}
      />
      <Text size="xs" c="dimmed" mt={6}>
        {uncountedMax === 0
          ? "Every host is counted, so the figures are exact."
          : `${counted} hosts are counted at a time; one that is not among them has at most ${words(uncountedMax)}.`}
      </Text>
    </div>
  );
}

function flowsText(flows: number): string {
  return flows === 1 ? "1 flow" : `${count(flows)} flows`;
}
