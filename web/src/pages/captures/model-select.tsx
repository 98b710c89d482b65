// The model that captures are judged by: those whose rows are metered from captures.

import { Select } from "@mantine/core";
import { useModels } from "../../api/queries.ts";
import { type ChoiceGroup, modelChoices } from "../predict/model-choices.ts";

type ModelList = NonNullable<ReturnType<typeof useModels>["data"]>;

/** Tables of other origin have schemas of their own, which no capture gives. */
const FOREIGN = "csv:";

export interface ModelSelectProps {
  value: string | undefined;
  onValue: (reference: string | undefined) => void;
  width?: number;
}

export function ModelSelect({ value, onValue, width = 240 }: ModelSelectProps) {
  const groups = useJobModels();
  return (
    <Select
      size="xs"
      w={width}
      label="Model"
      data={groups.map(({ group, choices }) => ({
        group,
        items: choices.map(({ job = "", label }) => ({ value: job, label })),
      }))}
      value={value ?? firstOf(groups) ?? null}
      onChange={(chosen) => onValue(chosen ?? undefined)}
      allowDeselect={false}
      searchable
    />
  );
}

/** Models as jobs name them, each once; the one in charge first. None while they are not known. */
export function useJobModels(): ChoiceGroup[] {
  const { data } = useModels();
  return data === undefined ? [] : jobModels(data);
}

export function jobModels(data: ModelList): ChoiceGroup[] {
  const seen = new Set<string>();
  return modelChoices(data.served, data.models as never)
    .map(({ group, choices }) => ({
      group,
      choices: choices.filter(({ job, schema }) => {
        if (job === undefined || schema.startsWith(FOREIGN) || seen.has(job)) return false;
        seen.add(job);
        return true;
      }),
    }))
    .filter(({ choices }) => choices.length > 0);
}

export function firstOf(groups: readonly ChoiceGroup[]): string | undefined {
  return groups[0]?.choices[0]?.job;
}
