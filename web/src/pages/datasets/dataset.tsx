// The page of one data set: what it holds and where it came from, its rows, profile, audit and splits.

import { Button, Tabs } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { count, moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Page } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { AuditTab } from "./audit-tab.tsx";
import { useDataset } from "./dataset-queries.ts";
import { FactsTab } from "./facts-tab.tsx";
import { ProfileTab } from "./profile-tab.tsx";
import { RowsTab } from "./rows-tab.tsx";
import { SplitTab } from "./split-tab.tsx";
import type { Manifest } from "./types.ts";

const TABS: readonly { id: string; title: string; part: ComponentType<{ set: Manifest }> }[] = [
  { id: "facts", title: "Facts", part: FactsTab },
  { id: "rows", title: "Rows", part: RowsTab },
  { id: "profile", title: "Profile", part: ProfileTab },
  { id: "audit", title: "Audit", part: AuditTab },
  { id: "splits", title: "Splits", part: SplitTab },
];

export function DatasetPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const set = useDataset(name);
  return (
    <Page
      title={name}
      above={[{ to: "/datasets", text: "Data sets" }]}
      note={set.data && noteOf(set.data)}
      actions={set.data !== undefined && <Actions set={set.data} />}
    >
      <Asked query={set} what="the data set">
        {(manifest) => <Parts set={manifest} />}
      </Asked>
    </Page>
  );
}

function noteOf({ origin, created, tables, table }: Manifest): string {
  const { rows, columns } = tables[table];
  const made = origin === "import" ? "Imported" : "Prepared";
  return `${made} on ${moment(created)} UTC: ${count(rows)} rows, ${count(columns.length)} columns`;
}

function Parts({ set }: { set: Manifest }) {
  const search: { tab?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab = TABS.find(({ id }) => id === search.tab) ?? TABS[0];
  return (
    <Tabs
      value={tab.id}
      onChange={(id) => void navigate({ search: { tab: id === TABS[0].id ? undefined : id } as never })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {TABS.map(({ id, title }) => (
          <Tabs.Tab key={id} value={id}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map(({ id, part: Part }) => (
        <Tabs.Panel key={id} value={id}>
          <Part set={set} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Actions({ set: { name } }: { set: Manifest }) {
  const mayWrite = useMay("write");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.DELETE("/datasets/{name}", { params: { path: { name } } }),
    onSuccess: async () => {
      told(`${name} was removed`);
      await navigate({ to: "/datasets" as string });
      queries.removeQueries({ queryKey: ["dataset", name] });
      await queries.invalidateQueries({ queryKey: ["datasets"] });
    },
    onError: failed,
  });
  if (!mayWrite) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => (
          <Link to={"/datasets/prepare" as string} search={{ from: name } as never} {...props} />
        )}
      >
        Prepare from it
      </Button>
      <ConfirmButton
        action="Remove"
        question={`Remove ${name}?`}
        loading={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Its tables and splits will be gone, save what other data sets share with it. The files that were sent
        stay.
      </ConfirmButton>
    </>
  );
}
