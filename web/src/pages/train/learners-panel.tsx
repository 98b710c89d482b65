// Learners of a training with their parameters, and recipes for public data sets.

import { Accordion, Alert, MultiSelect, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";
import { Panel } from "../../parts/page.tsx";
import { ParameterFields } from "./parameter-fields.tsx";
import { type Learner, type Part, type Preset, withPreset } from "./training-form.ts";

export function LearnersPanel({ form, change, learners }: Part & { learners: readonly Learner[] }) {
  const { data: found } = useQuery({
    queryKey: ["presets"],
    queryFn: () => data(api.GET("/presets")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const presets = (found?.presets ?? []) as Preset[];
  const preset = presets.find(({ id }) => id === form.preset);
  const chosen = learners.filter(({ id }) => form.learners.includes(id));
  return (
    <Panel title="Learners">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <MultiSelect
            label="Learners"
            description="Several are compared, and the best is kept."
            searchable
            clearable
            data={[
              { group: "Of all classes", items: itemsOf(learners, "classification") },
              { group: "Of benign rows only", items: itemsOf(learners, "anomaly") },
            ]}
            value={form.learners}
            onChange={(ids) => change({ learners: ids })}
          />
          <Select
            label="Recipe"
            description="What users of a public data set do."
            placeholder="none"
            clearable
            data={presets.map(({ id, data: of, title }) => ({ value: id, label: `${id}: ${title} (${of})` }))}
            value={form.preset}
            onChange={(id) =>
              change(
                withPreset(
                  form,
                  presets.find((one) => one.id === id),
                ),
              )
            }
          />
        </SimpleGrid>
        {preset !== undefined && (
          <Alert variant="light" color="gray" title={`${preset.title} (${preset.learners.join(", ")})`}>
            <Text size="sm">{preset.remark}</Text>
          </Alert>
        )}
        {chosen.length > 0 && (
          <Accordion multiple variant="separated" defaultValue={chosen.length === 1 ? [chosen[0].id] : []}>
            {chosen.map((learner) => (
              <Accordion.Item key={learner.id} value={learner.id}>
                <Accordion.Control>
                  {learner.id}
                  <Text span size="sm" c="dimmed">
                    {` · ${changedText(form.values[learner.id])}`}
                  </Text>
                </Accordion.Control>
                <Accordion.Panel>
                  <ParameterFields
                    learner={learner}
                    values={form.values[learner.id] ?? {}}
                    onChange={(values) => change({ values: { ...form.values, [learner.id]: values } })}
                  />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Stack>
    </Panel>
  );
}

function itemsOf(learners: readonly Learner[], task: Learner["task"]): { value: string; label: string }[] {
  return learners.filter((one) => one.task === task).map(({ id }) => ({ value: id, label: id }));
}

function changedText(values: Record<string, unknown> | undefined): string {
  const changed = Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`);
  return changed.length === 0 ? "defaults" : changed.join(", ");
}
