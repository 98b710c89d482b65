// One row: a form that follows from the model's fields, and beside it the answer.

import { SimpleGrid, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty, Failure, NotAllowed } from "../../parts/states.tsx";
import { CurlPanel } from "./curl-panel.tsx";
import type { ModelChoice } from "./model-choices.ts";
import { RowAnswer } from "./row-answer.tsx";
import { RowForm } from "./row-form.tsx";
import { exampleValues, lacksValues, type RowValues, rowOf } from "./row-values.ts";
import type { ModelFields, Verdict } from "./types.ts";

/** Reasons that are asked for. */
const REASONS = 12;

export function RowPart({ model }: { model: ModelChoice }) {
  const mayPredict = useMay("predict");
  const fields = useQuery({
    queryKey: ["model-fields", model.reference],
    queryFn: () => data(api.GET("/models/{ref}/fields", { params: { path: { ref: model.reference } } })),
    staleTime: 60_000,
  });
  if (!mayPredict) return <NotAllowed />;
  return (
    <Asked query={fields} what="the fields of the model">
      {(known) => <OneRow model={model} known={known} />}
    </Asked>
  );
}

function OneRow({ model, known }: { model: ModelChoice; known: ModelFields }) {
  const [values, setValues] = useState<RowValues>(() => exampleValues(known.fields));
  const [isMissingAllowed, setMissingAllowed] = useState(() => lacksValues(known.fields));
  const row = rowOf(known.fields, values);
  const ask = useMutation({
    mutationFn: async () =>
      (await data(
        api.POST("/models/{ref}/predict", {
          params: {
            path: { ref: model.reference },
            query: { reasons: REASONS, ...(isMissingAllowed ? { missing: "allow" as const } : {}) },
          },
          body: row as never,
        }),
      )) as unknown as Verdict,
  });
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Panel title="The row" note={`${known.fields.length} fields of the schema ${known.schema.id}`}>
        <RowForm
          fields={known.fields}
          values={values}
          onValues={setValues}
          isMissingAllowed={isMissingAllowed}
          onMissingAllowed={setMissingAllowed}
          isAsking={ask.isPending}
          onAsk={() => ask.mutate()}
        />
      </Panel>
      <Stack gap="md" miw={0}>
        <Panel title="The answer">
          <div aria-live="polite">
            {ask.isError ? (
              <Failure failure={ask.error} />
            ) : ask.data === undefined ? (
              <Empty title="Not asked yet">Fill in the row, or take the example as it is.</Empty>
            ) : (
              <RowAnswer verdict={ask.data} model={known} />
            )}
          </div>
        </Panel>
        <CurlPanel
          reference={model.reference}
          row={row}
          reasons={REASONS}
          isMissingAllowed={isMissingAllowed}
        />
      </Stack>
    </SimpleGrid>
  );
}
