// All models: those in charge, and those of the registry with their versions and aliases. And how a challenger does beside the main one.

import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";
import { useModels } from "../../api/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { ago, count, score } from "../../parts/format.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { To } from "../train/facts.tsx";
import { type ModelRow, modelRows, type Registered, type Served } from "./model-facts.ts";
import { ShadowPanel, type ShadowReport } from "./shadow-panel.tsx";

export function Models() {
  const models = useModels();
  const shadow = useShadow();
  return (
    <Page
      title="Models"
      note="What is in charge, and what the registry holds: versions, the aliases that name them, how good they are."
    >
      <Asked query={models} what="models">
        {({ served, models: registered }) => (
          <ModelsPanel rows={modelRows(served as Served[], registered as Registered[])} />
        )}
      </Asked>
      {shadow.data !== undefined && <ShadowPanel report={shadow.data} />}
    </Page>
  );
}

export function useShadow() {
  return useQuery({
    queryKey: ["shadow"],
    queryFn: async () => (await data(api.GET("/shadow"))).shadow as ShadowReport | null,
    refetchInterval: 3_000,
  });
}

function ModelsPanel({ rows }: { rows: readonly ModelRow[] }) {
  return (
    <Panel title="Models">
      <DataTable
        label="Models"
        rows={rows}
        rowKey={({ name }) => name}
        minWidth={900}
        empty={<Empty title="No model is in charge and none is registered" />}
        columns={[
          {
            id: "name",
            header: "Model",
            value: ({ name }) => name,
            cell: ({ name, served }) => (
              <Group gap={8} wrap="nowrap">
                <To to={`/models/${encodeURIComponent(name)}`}>{name}</To>
                {served?.isMain && <Mark>main</Mark>}
                {served !== undefined && !served.isMain && <Mark>in charge</Mark>}
              </Group>
            ),
          },
          {
            id: "version",
            header: "In charge",
            value: ({ served }) => served?.version,
            cell: ({ served }) =>
              served === undefined ? (
                <Text size="sm" c="dimmed">
                  not served
                </Text>
              ) : (
                <span className="mono">{served.version}</span>
              ),
          },
          {
            id: "aliases",
            header: "Aliases",
            cell: ({ registered }) => aliasText(registered),
          },
          {
            id: "versions",
            header: "Versions",
            isNumber: true,
            value: ({ registered }) => registered?.versions.length,
            cell: ({ registered }) => count(registered?.versions.length),
          },
          {
            id: "learner",
            header: "Learner",
            value: ({ registered, served }) => registered?.versions.at(-1)?.learner ?? served?.kind,
            cell: ({ registered, served }) => registered?.versions.at(-1)?.learner ?? served?.kind ?? "–",
          },
          {
            id: "schema",
            header: "Schema",
            value: (row) => schemaOf(row),
            cell: (row) => schemaOf(row) ?? "–",
          },
          {
            id: "f1",
            header: "Macro F1, newest",
            isNumber: true,
            value: ({ registered }) => registered?.versions.at(-1)?.metrics["macroF1"],
            cell: ({ registered }) => score(registered?.versions.at(-1)?.metrics["macroF1"]),
          },
          {
            id: "rows",
            header: "Rows judged",
            isNumber: true,
            value: ({ served }) => served?.rows,
            cell: ({ served }) => count(served?.rows),
          },
          {
            id: "created",
            header: "Newest",
            isNumber: true,
            value: ({ registered }) => registered?.versions.at(-1)?.created,
            cell: ({ registered }) => ago(registered?.versions.at(-1)?.created),
          },
        ]}
      />
    </Panel>
  );
}

function Mark({ children }: { children: string }) {
  return (
    <Badge
      variant="light"
      radius="sm"
      size="sm"
      tt="none"
      c="var(--mantine-color-text)"
      style={{ flexShrink: 0 }}
    >
      {children}
    </Badge>
  );
}

function aliasText(registered: Registered | undefined): string {
  const aliases = Object.entries(registered?.aliases ?? {});
  return aliases.length === 0 ? "–" : aliases.map(([alias, version]) => `${alias} → ${version}`).join(", ");
}

function schemaOf({ served, registered }: ModelRow): string | undefined {
  return served?.schema.id ?? registered?.versions.at(-1)?.schema.id;
}
