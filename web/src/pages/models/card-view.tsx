// A model's card: what it is for, what it learnt from, what it tells, how good it is, where its limits are. Texts of the card are shown
// as they are written.

import { Grid, Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { count, figure, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Facts, ManyFacts, To } from "../train/facts.tsx";
import { ShareBars } from "../train/share-bars.tsx";
import type { ModelVersion } from "../train/types.ts";
import { valueText } from "../train/words.ts";

type Card = Schemas["ModelCard"];

export function CardView({ card, version }: { card: Card; version: ModelVersion | undefined }) {
  const { training, schema, kind, task, unknown } = card;
  const metrics = { ...training.metrics, ...version?.metrics };
  return (
    <Stack gap="md">
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title={card.title} h="100%">
            <Stack gap="sm">
              {card.sections.map(({ heading, text }) => (
                <div key={heading}>
                  <Text size="sm" fw={600}>
                    {heading}
                  </Text>
                  <Text size="sm" className="foreign" style={{ whiteSpace: "pre-wrap" }}>
                    {text}
                  </Text>
                </div>
              ))}
            </Stack>
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="Facts" h="100%">
            <Facts
              facts={[
                ["Kind", kind],
                ["Task", task === "anomaly" ? "what is unlike benign rows" : "classes"],
                ["Learner", training.learner],
                ["Schema", `${schema.id}, ${count(schema.columns.length)} columns`],
                ["Learnt from", `${count(training.trainingRows)} rows`],
                [
                  "Stopped by",
                  training.validationRows > 0
                    ? `${count(training.validationRows)} rows kept aside`
                    : "no rows kept aside",
                ],
                ["Iterations kept", count(training.iterations)],
                ["Seed", figure(training.seed)],
                [
                  "Unknown rows",
                  unknown === undefined
                    ? "not told"
                    : `${unknown.method}, ${percent(unknown.coverage, 1)} of known rows`,
                ],
                [
                  "Run",
                  version?.run === undefined ? (
                    "none that is kept"
                  ) : (
                    <To key="run" to={`/train/runs/${version.run}`}>
                      parameters, audit and evaluations
                    </To>
                  ),
                ],
                [
                  "Fingerprint of the schema",
                  <span key="print" className="mono">
                    {schema.fingerprint.slice(0, 16)}
                  </span>,
                ],
              ]}
            />
          </Panel>
        </Grid.Col>
        <Grid.Col span={12}>
          <Panel title="Classes" h="100%">
            <DataTable
              label="Classes of the model"
              rows={card.classes}
              rowKey={({ name }) => name}
              minWidth={300}
              columns={[
                {
                  id: "name",
                  header: "Class",
                  value: ({ name }) => name,
                  cell: ({ name, isBenign }) => <ClassBadge name={name} attack={!isBenign} />,
                },
                {
                  id: "meaning",
                  header: "Meaning",
                  cell: ({ isBenign }) => (isBenign ? "benign" : "attack"),
                },
                {
                  id: "rows",
                  header: "Training rows",
                  isNumber: true,
                  value: ({ trainingRows }) => trainingRows,
                  cell: ({ trainingRows }) => count(trainingRows),
                },
              ]}
            />
          </Panel>
        </Grid.Col>
      </Grid>
      <Panel title="Figures" note="As training recorded them.">
        <ManyFacts facts={Object.entries(metrics).map(([name, value]) => [name, figure(value)] as const)} />
      </Panel>
      <Panel title="Parameters">
        <ManyFacts
          facts={Object.entries(training.parameters).map(
            ([name, value]) => [name, valueText(value)] as const,
          )}
        />
      </Panel>
      <Panel title="Importance of columns" note="Share of each column in what moves the model's scores.">
        <ShareBars
          label="Importance of columns"
          models={[{ name: training.learner, shares: card.importance }]}
        />
      </Panel>
    </Stack>
  );
}
