// The versions of a model, newest first: what made them, how good they are, which aliases name them; and promoting one.

import { Badge, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useMay } from "../../api/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { bytes, count, moment, score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { To } from "../train/facts.tsx";
import type { ModelVersion } from "../train/types.ts";
import { aliasesOf, type Registered } from "./model-facts.ts";
import { PromoteForm } from "./promote-form.tsx";

/** Figures of the table, of which those are shown that some version has. */
const METRICS = ["macroF1", "accuracy", "rocAuc", "logLoss"];

export function VersionsPanel({ model, inCharge }: { model: Registered; inCharge: number | undefined }) {
  const mayPromote = useMay("admin");
  const [promoting, setPromoting] = useState<number>();
  const shown = METRICS.filter((id) => model.versions.some(({ metrics }) => metrics[id] !== undefined));
  return (
    <Panel title="Versions">
      <DataTable
        label={`Versions of ${model.name}`}
        rows={[...model.versions].reverse()}
        rowKey={({ version }) => String(version)}
        minWidth={760 + shown.length * 90}
        columns={[
          {
            id: "version",
            header: "Version",
            value: ({ version }) => version,
            cell: ({ version }) => <Named model={model} version={version} inCharge={inCharge} />,
          },
          {
            id: "learner",
            header: "Learner",
            value: ({ learner }) => learner,
            cell: ({ learner }) => learner,
          },
          ...shown.map((id) => ({
            id,
            header: id,
            isNumber: true,
            value: ({ metrics }: ModelVersion) => metrics[id],
            cell: ({ metrics }: ModelVersion) => score(metrics[id]),
          })),
          {
            id: "classes",
            header: "Classes",
            isNumber: true,
            value: ({ classes }) => classes.length,
            cell: ({ classes }) => <span title={classes.join(", ")}>{count(classes.length)}</span>,
          },
          {
            id: "bytes",
            header: "Size",
            isNumber: true,
            value: ({ bytes: size }) => size,
            cell: ({ bytes: size }) => bytes(size),
          },
          {
            id: "run",
            header: "Made by",
            cell: ({ run, source }) =>
              run === undefined ? (
                <Text size="sm" className="foreign">
                  {source ?? "–"}
                </Text>
              ) : (
                <To to={`/train/runs/${run}`}>{`run ${run.slice(-8)}`}</To>
              ),
          },
          {
            id: "created",
            header: "Registered, UTC",
            value: ({ created }) => created,
            cell: ({ created, by }) => (
              <span style={{ whiteSpace: "nowrap" }}>
                {moment(created)}
                {by !== undefined && ` by ${by}`}
              </span>
            ),
          },
          ...(mayPromote
            ? [
                {
                  id: "promote",
                  header: "",
                  cell: ({ version }: ModelVersion) => (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Promote version ${version}`}
                      onClick={() => setPromoting(version)}
                    >
                      Promote
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {promoting !== undefined && (
        <PromoteForm model={model} version={promoting} onClose={() => setPromoting(undefined)} />
      )}
    </Panel>
  );
}

function Named({
  model,
  version,
  inCharge,
}: {
  model: Registered;
  version: number;
  inCharge: number | undefined;
}) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" fw={600}>
        {version}
      </Text>
      {version === inCharge && (
        <Badge
          style={{ flex: "none" }}
          size="sm"
          radius="sm"
          tt="none"
          variant="light"
          color="green"
          c="var(--mantine-color-text)"
        >
          in charge
        </Badge>
      )}
      {aliasesOf(model, version).map((alias) => (
        <Badge
          style={{ flex: "none" }}
          key={alias}
          size="sm"
          radius="sm"
          tt="none"
          variant="light"
          c="var(--mantine-color-text)"
        >
          {alias}
        </Badge>
      ))}
    </Group>
  );
}
