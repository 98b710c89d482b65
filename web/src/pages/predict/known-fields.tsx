// The fields that a model takes, to be held against a file that lacks some.

import { Box, Code, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import type { Field } from "./types.ts";

export function KnownFields({ reference }: { reference: string }) {
  const fields = useQuery({
    queryKey: ["model-fields", reference],
    queryFn: () => data(api.GET("/models/{ref}/fields", { params: { path: { ref: reference } } })),
    staleTime: 60_000,
  });
  return (
    <Panel
      title="What the model takes"
      note="The file needs a column for each of these, in any order and spelling of the public data sets; others are left aside."
    >
      <Asked query={fields} what="the fields of the model">
        {({ fields: known }) => (
          <Box
            mah={420}
            style={{ overflowY: "auto" }}
            tabIndex={0}
            role="region"
            aria-label="Fields, scrolled"
          >
            <DataTable<Field>
              label="Fields of the model"
              rows={known}
              rowKey={({ name }) => name}
              columns={[
                {
                  id: "name",
                  header: "Column",
                  value: ({ name }) => name,
                  cell: ({ name }) => <Code>{name}</Code>,
                },
                { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => kind },
                { id: "unit", header: "Unit", value: ({ unit }) => unit, cell: ({ unit }) => unit || "–" },
                {
                  id: "description",
                  header: "Meaning",
                  cell: ({ description }) => (
                    <Text size="sm" className="foreign">
                      {description}
                    </Text>
                  ),
                },
              ]}
            />
          </Box>
        )}
      </Asked>
    </Panel>
  );
}
