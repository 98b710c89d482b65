// What an import made and what it met: rows that were left out and why, repairs, and rows that could not be taken.

import { Anchor, Box, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { client, type Job } from "../../api/client.ts";
import { download } from "../../api/download.ts";
import { count } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Figure } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { useDataset } from "./dataset-queries.ts";
import { Remarks } from "./remarks.tsx";
import { datasetAddress } from "./routes.ts";

interface Summary {
  dataset: string;
  rows: number;
  columns: number;
  schema: string | null;
  dropped: { reason: string; rows: number }[];
  rejected: number;
}

/** Of the file of rejected rows, bytes that are looked at. */
const REJECTS_SHOWN = 20_000;
const LINES_SHOWN = 20;

export function ImportReport({ job }: { job: Job }) {
  const queries = useQueryClient();
  useEffect(() => void queries.invalidateQueries({ queryKey: ["datasets"] }), [queries]);
  const { dataset, rows, columns, schema, dropped, rejected } = job.summary as Summary;
  const manifest = useDataset(dataset);
  return (
    <Stack gap="md">
      <Group gap="xl" align="flex-start">
        <Figure
          label="Data set"
          value={
            <Anchor
              fz="inherit"
              fw="inherit"
              className="foreign"
              renderRoot={(props) => <Link to={datasetAddress(dataset) as string} {...props} />}
            >
              {dataset}
            </Anchor>
          }
          note={schema === null ? "columns of its own" : `rows of the schema ${schema}`}
        />
        <Figure label="Rows" value={count(rows)} />
        <Figure label="Columns" value={count(columns)} />
        <Figure
          label="Left out"
          value={count(dropped.reduce((sum, { rows: some }) => sum + some, 0))}
          note="rows that are no rows"
        />
        <Figure label="Rejected" value={count(rejected)} note="rows that cannot be taken" />
      </Group>
      {dropped.length > 0 && (
        <section>
          <Title order={3} fz="sm" mb={4}>
            Rows left out
          </Title>
          <Table aria-label="Rows left out">
            <Table.Tbody>
              {dropped.map(({ reason, rows: some }) => (
                <Table.Tr key={reason}>
                  <Table.Td className="foreign">{reason}</Table.Td>
                  <Table.Td className="number">{count(some)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
      {rejected > 0 && <Rejects job={job} />}
      <section>
        <Title order={3} fz="sm" mb={4}>
          Repairs and remarks
        </Title>
        <Asked query={manifest} what="the data set">
          {({ remarks }) => <Remarks remarks={remarks} />}
        </Asked>
      </section>
    </Stack>
  );
}

function Rejects({ job }: { job: Job }) {
  const result = job.results.find(({ name }) => name === "rejects");
  const beginning = useQuery({
    queryKey: ["rejects", job.id],
    queryFn: async () => {
      const answer = await client.result(job.id, "rejects");
      const reader = answer.body?.getReader();
      let text = "";
      const decoder = new TextDecoder();
      while (reader !== undefined && text.length < REJECTS_SHOWN) {
        const { value, done } = await reader.read();
        if (done) break;
        text += decoder.decode(value, { stream: true });
      }
      await reader?.cancel().catch(() => undefined);
      return text.slice(0, REJECTS_SHOWN).split("\n").slice(0, LINES_SHOWN).join("\n");
    },
    enabled: result !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (result === undefined) return null;
  return (
    <section>
      <Group justify="space-between" mb={4}>
        <Title order={3} fz="sm">
          Rejected rows
        </Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() =>
            void download(`/jobs/${job.id}/results/rejects`, `rejects-${job.id}.csv`).catch(failed)
          }
        >
          Rejected rows as CSV
        </Button>
      </Group>
      <Asked query={beginning} what="the rejected rows">
        {(text) => (
          <Box
            component="pre"
            className="mono"
            m={0}
            p="xs"
            mah={240}
            style={{ overflow: "auto", border: "1px solid var(--console-line)" }}
            tabIndex={0}
            role="region"
            aria-label="The first rejected rows"
          >
            {text}
          </Box>
        )}
      </Asked>
      <Text size="xs" c="dimmed" mt={4}>
        The first {LINES_SHOWN} lines: where the row is, why it was rejected, and the row as it was
      </Text>
    </section>
  );
}
