// How a challenger does beside the main model: agreement, what they differ in, and how long it takes.

import { Alert, SimpleGrid, Stack, Text } from "@mantine/core";
import { DataTable } from "../../parts/data-table.tsx";
import { count, duration, percent, score } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";

export interface ShadowReport {
  champion: string;
  challenger: string;
  state: "starting" | "running" | "failed" | "closed";
  failure?: string;
  rows: number;
  dropped: number;
  waiting: number;
  sameClass: number;
  sameVerdict: number;
  agreement?: number;
  scoreDifference: { mean: number; max: number };
  differences: { champion: string; challenger: string; rows: number }[];
  latency: { blocks: number; meanUsPerRow: number; maxUsPerBlock: number };
}

export function ShadowPanel({ report }: { report: ShadowReport | null }) {
  return (
    <Panel
      title="Shadow"
      note="A challenger scores a copy of the rows that the main model judges. Clients meet the main model only."
    >
      {report === null ? (
        <Text size="sm" c="dimmed">
          No challenger. Start the server with --shadow NAME@ALIAS to hold one beside the main model.
        </Text>
      ) : (
        <Agreement report={report} />
      )}
    </Panel>
  );
}

function Agreement({ report }: { report: ShadowReport }) {
  const { rows, sameVerdict, differences, scoreDifference, latency } = report;
  return (
    <Stack gap="md">
      <Text size="sm">
        <b>{report.challenger}</b> beside <b>{report.champion}</b>: {report.state}
      </Text>
      {report.failure !== undefined && (
        <Alert color="red" variant="light" title="The challenger failed" role="alert">
          <Text size="sm" className="foreign">
            {report.failure}
          </Text>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
        <Figure
          label="Rows that both scored"
          value={count(rows)}
          note={`${count(report.dropped)} dropped, ${count(report.waiting)} wait`}
        />
        <Figure
          label="Same class"
          value={percent(report.agreement, 2)}
          note={`${count(report.sameClass)} rows`}
        />
        <Figure
          label="Same verdict, attack or not"
          value={percent(rows > 0 ? sameVerdict / rows : undefined, 2)}
          note={`${count(sameVerdict)} rows`}
        />
        <Figure
          label="Difference of scores"
          value={score(scoreDifference.mean, 4)}
          note={`at most ${score(scoreDifference.max, 4)}`}
        />
        <Figure
          label="Time a row"
          value={duration(latency.meanUsPerRow / 1e6)}
          note="of the challenger, mean"
        />
        <Figure
          label="Longest block"
          value={duration(latency.maxUsPerBlock / 1e6)}
          note={`${count(latency.blocks)} blocks`}
        />
      </SimpleGrid>
      <DataTable
        label="Rows that the two call differently"
        rows={differences}
        rowKey={({ champion, challenger }) => `${champion} ${challenger}`}
        empty={
          <Text size="sm" c="dimmed">
            {rows === 0 ? "No row has been judged yet." : "They called every row alike."}
          </Text>
        }
        columns={[
          {
            id: "champion",
            header: "Main model says",
            value: (row) => row.champion,
            cell: (row) => row.champion,
          },
          {
            id: "challenger",
            header: "Challenger says",
            value: (row) => row.challenger,
            cell: (row) => row.challenger,
          },
          {
            id: "rows",
            header: "Rows",
            isNumber: true,
            value: (row) => row.rows,
            cell: (row) => count(row.rows),
          },
        ]}
      />
    </Stack>
  );
}
