// One model: its versions and the aliases that name them, its card, its columns, its trees. Which version is looked at, and which part,
// stand in the address.

import { Select, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { api, data } from "../../api/client.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { TreeView } from "../train/tree-view.tsx";
import { AliasesPanel } from "./aliases-panel.tsx";
import { CardView } from "./card-view.tsx";
import { DownloadMenu } from "./download-menu.tsx";
import { aliasesOf, type Registered, type Served, versionInCharge } from "./model-facts.ts";
import { useShadow } from "./models.tsx";
import { SchemaTable } from "./schema-table.tsx";
import { ShadowPanel } from "./shadow-panel.tsx";
import { VersionsPanel } from "./versions-panel.tsx";

export function ModelPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const query = useQuery({
    queryKey: ["models", name],
    queryFn: async () =>
      (await data(api.GET("/models/{name}", { params: { path: { name } } }))) as {
        served: Served | null;
        model: Registered | null;
      },
    refetchInterval: 10_000,
  });
  if (query.data === undefined)
    return (
      <Page title={name} above={[{ to: "/models", text: "Models" }]}>
        <Asked query={query} what="the model">
          {() => null}
        </Asked>
      </Page>
    );
  const { served, model } = query.data;
  return <Loaded name={name} served={served ?? undefined} model={model ?? undefined} />;
}

interface LoadedProps {
  name: string;
  served: Served | undefined;
  model: Registered | undefined;
}

function Loaded({ name, served, model }: LoadedProps) {
  const search = useSearch({ strict: false }) as { tab?: string; version?: unknown };
  const navigate = useNavigate();
  const change = (given: { tab?: string; version?: number }): void => {
    void navigate({
      to: "." as string,
      search: ((before: object) => ({ ...before, ...given })) as never,
      replace: true,
      resetScroll: false,
    });
  };
  const versions = model?.versions ?? [];
  const newest = versions.at(-1)?.version;
  const inCharge = versionInCharge(served);
  const asked = Number(search.version);
  const version = versions.some((one) => one.version === asked) ? asked : (inCharge ?? newest);
  const reference = version === undefined || model === undefined ? name : `${name}:${version}`;
  const tab = search.tab ?? (model === undefined ? "card" : "versions");
  const card = useQuery({
    queryKey: ["card", reference],
    queryFn: () => data(api.GET("/models/{ref}/card", { params: { path: { ref: reference } } })),
  });
  const shadow = useShadow();
  return (
    <Page
      title={name}
      above={[{ to: "/models", text: "Models" }]}
      note={chargeText(served)}
      actions={
        <>
          {model !== undefined && versions.length > 0 && (
            <Select
              aria-label="Version"
              size="xs"
              w={200}
              allowDeselect={false}
              value={String(version)}
              data={versions
                .map((one) => ({
                  value: String(one.version),
                  label: [`version ${one.version}`, ...aliasesOf(model, one.version)].join(" · "),
                }))
                .reverse()}
              onChange={(value) => change({ version: Number(value) })}
            />
          )}
          <DownloadMenu reference={reference} />
        </>
      }
    >
      <Tabs value={tab} onChange={(next) => change({ tab: next ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md">
          {model !== undefined && <Tabs.Tab value="versions">Versions</Tabs.Tab>}
          <Tabs.Tab value="card">Card</Tabs.Tab>
          <Tabs.Tab value="columns">Columns</Tabs.Tab>
          {card.data?.hasTrees && <Tabs.Tab value="tree">Tree</Tabs.Tab>}
          {served?.isMain && <Tabs.Tab value="shadow">Shadow</Tabs.Tab>}
        </Tabs.List>
        {model !== undefined && (
          <Tabs.Panel value="versions">
            <Stack gap="md">
              <VersionsPanel model={model} inCharge={inCharge} />
              <AliasesPanel model={model} />
            </Stack>
          </Tabs.Panel>
        )}
        <Tabs.Panel value="card">
          <Asked query={card} what="the card">
            {(found) => <CardView card={found} version={versions.find((one) => one.version === version)} />}
          </Asked>
        </Tabs.Panel>
        <Tabs.Panel value="columns">
          <Asked query={card} what="the columns">
            {({ schema, importance }) => <SchemaTable schema={schema} importance={importance} />}
          </Asked>
        </Tabs.Panel>
        <Tabs.Panel value="tree">
          <Asked query={card} what="the model">
            {({ classes, hasTrees }) =>
              hasTrees ? (
                <TreeView
                  source={{ ref: reference }}
                  classes={classes.map((one) => one.name)}
                  benignClasses={classes.flatMap((one) => (one.isBenign ? [one.name] : []))}
                />
              ) : (
                <Panel>
                  <Text size="sm">This version has no trees.</Text>
                </Panel>
              )
            }
          </Asked>
        </Tabs.Panel>
        <Tabs.Panel value="shadow">
          {shadow.data !== undefined && <ShadowPanel report={shadow.data} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function chargeText(served: Served | undefined): string {
  if (served === undefined)
    return "Not in charge: it answers requests that name it, and no others. A server serves it when it is started with --model.";
  const number = versionInCharge(served);
  const which = number === undefined ? `the file ${served.version}` : `version ${number}`;
  const who = served.isMain
    ? "answers every request that names no model"
    : `answers requests that name ${served.name}`;
  return `In charge: ${which}, by ${served.reference}; ${who}. An attack from ${served.threshold} on.`;
}
