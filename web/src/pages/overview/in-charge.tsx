// The model that judges a live source: which version of what, since when, and what keeps others from being in charge.

import { Alert, Anchor, Code, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useModels } from "../../api/queries.ts";
import { ago, moment } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import type { Source } from "../live/feed.ts";

const ASK_MS = 15_000;

interface Ready {
  ready: boolean;
  problems: { name: string; message: string }[];
}

type Models = NonNullable<ReturnType<typeof useModels>["data"]>;

export function InCharge({ source }: { source?: Source }) {
  const models = useModels();
  const ready = useQuery({ queryKey: ["ready"], queryFn: askReady, refetchInterval: ASK_MS });
  return (
    <Panel title="Model in charge">
      <Stack gap="sm">
        <Asked query={models} what="models">
          {(known) => <Facts models={known} source={source} />}
        </Asked>
        {ready.data?.problems.map(({ name, message }) => (
          <Alert
            key={name}
            color="orange"
            variant="light"
            p="xs"
            title={`${name} is not in charge`}
            role="alert"
          >
            <Text size="sm" className="foreign">
              {message}
            </Text>
          </Alert>
        ))}
        {ready.data?.ready && (
          <Text size="sm" c="dimmed">
            The server is ready: every model that it was given is in charge.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

/** Also when the server says 503: its body tells why. */
async function askReady(): Promise<Ready> {
  return (await (await fetch("/readyz")).json()) as Ready;
}

function Facts({ models, source }: { models: Models; source?: Source }) {
  const { served } = models;
  const found = served.find(({ digest }) => digest === source?.digest) ?? served.find(({ isMain }) => isMain);
  if (found === undefined)
    return (
      <Text size="sm">{source === undefined ? "No model is in charge." : <Code>{source.model}</Code>}</Text>
    );
  const since = sinceWhen(models, found);
  const facts: [string, React.ReactNode][] = [
    [
      "Name",
      <Anchor key="name" size="sm" renderRoot={(props) => <Link to={"/models" as string} {...props} />}>
        {found.name}
      </Anchor>,
    ],
    ["Version", found.version],
    ["Schema", `${found.schema.id}, ${found.schema.columns} columns`],
    ["Classes", found.classes.join(", ")],
    ["Threshold", String(source?.threshold ?? found.threshold)],
    ["SHA-256", <Code key="digest">{found.digest.slice(0, 16)}…</Code>],
    ...(since === undefined
      ? []
      : ([["In charge since", `${moment(since)} UTC, ${ago(since)}`]] as [string, string][])),
  ];
  return (
    <Table aria-label="The model in charge" withRowBorders={false} verticalSpacing={2}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={118} fw={400} c="dimmed" scope="row" pl={0} style={{ verticalAlign: "top" }}>
              {name}
            </Table.Th>
            <Table.Td className="foreign">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** When its alias last named another version; of a name without an alias, when its newest version came. */
function sinceWhen({ models }: Models, { reference }: { reference: string }): string | undefined {
  const [, name = "", alias] = /^([^@:]+)(?:@(.+))?/.exec(reference) ?? [];
  const known = models.find((one) => one.name === name);
  if (alias !== undefined) return known?.history.findLast((change) => change.alias === alias)?.at;
  return known?.versions.at(-1)?.created;
}
