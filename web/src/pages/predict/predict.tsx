// The page "predict": a model is chosen, and judges a file of rows or a row that is filled in.

import { Select, Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useModels } from "../../api/queries.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { FilePart } from "./file-part.tsx";
import { type ChoiceGroup, chosenModel, type ModelChoice, modelChoices } from "./model-choices.ts";
import { RowPart } from "./row-part.tsx";

interface Search {
  model?: string;
  tab?: string;
  job?: string;
}

export function Predict() {
  const models = useModels();
  return (
    <Page
      title="Predict"
      note="A model says of each row which class it is of, and how sure it is. Rows come from a file, a data set, or a form."
    >
      <Asked query={models} what="the models">
        {({ served, models: registered }) => {
          const groups = modelChoices(served, registered);
          return <Judged groups={groups} />;
        }}
      </Asked>
    </Page>
  );
}

function Judged({ groups }: { groups: readonly ChoiceGroup[] }) {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = (change: Search): void =>
    void navigate({ search: ((before: Search) => ({ ...before, ...change })) as never, replace: true });
  const chosen = chosenModel(groups, search.model);
  if (chosen === undefined)
    return <Empty title="There is no model">Train one, or start the server with a model.</Empty>;
  const tab = search.tab === "row" ? "row" : "file";
  return (
    <>
      {/* A job was asked of the model that it names, whichever is chosen now. */}
      {(tab === "row" || search.job === undefined) && (
        <Panel>
          <ModelSelect groups={groups} chosen={chosen} onChoose={(model) => go({ model })} />
        </Panel>
      )}
      <Tabs value={tab} onChange={(to) => go({ tab: to === "row" ? "row" : undefined })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="file">A file of rows</Tabs.Tab>
          <Tabs.Tab value="row">One row</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="file">
          <FilePart key={chosen.reference} model={chosen} job={search.job} onJob={(job) => go({ job })} />
        </Tabs.Panel>
        <Tabs.Panel value="row">
          <RowPart key={chosen.reference} model={chosen} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface ModelSelectProps {
  groups: readonly ChoiceGroup[];
  chosen: ModelChoice;
  onChoose: (reference: string) => void;
}

function ModelSelect({ groups, chosen, onChoose }: ModelSelectProps) {
  return (
    <Select
      label="Model"
      description={`Takes rows of the schema ${chosen.schema}`}
      maw={420}
      searchable
      allowDeselect={false}
      data={groups.map(({ group, choices }) => ({
        group,
        items: choices.map(({ reference, label }) => ({ value: reference, label })),
      }))}
      value={chosen.reference}
      onChange={(reference) => reference !== null && onChoose(reference)}
    />
  );
}
