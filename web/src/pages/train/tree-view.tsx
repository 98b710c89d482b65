// A tree of a model, drawn or as rules, a few questions deep; deeper ones are fetched where one asks. Which tree and of which class
// stands in the address.

import {
  Button,
  Code,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  useComputedColorScheme,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, data } from "../../api/client.ts";
import { Chart, type ChartOption } from "../../parts/chart.tsx";
import { count, percent } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { drawn, isCut, merged, type TreeNode, tipsOf, verdictText } from "./tree-nodes.ts";

/** What trees are asked of: a run's model, or a model by its reference. */
export type TreeSource = { run: string } | { ref: string };

interface Tree {
  class: string;
  scale: "probability" | "log-odds";
  tree: number;
  trees: number;
  nodes: number;
  root: TreeNode;
}

const DEPTH = 3;
const TIP_PIXELS = 46;
const LEVEL_PIXELS = 250;
/** Words beside nodes; ECharts would draw them with an edge of the other colour. */
const INK = { light: "#3b4248", dark: "#c4c9ce" } as const;

async function treeOf(
  source: TreeSource,
  query: { tree: number; class?: string; node?: number; depth: number },
): Promise<Tree> {
  return "run" in source
    ? data(api.GET("/runs/{id}/tree", { params: { path: { id: source.run }, query } }))
    : data(api.GET("/models/{ref}/tree", { params: { path: { ref: source.ref }, query } }));
}

export function TreeView({
  source,
  classes,
  benignClasses,
}: {
  source: TreeSource;
  classes: readonly string[];
  benignClasses: readonly string[];
}) {
  const search = useSearch({ strict: false }) as { tree?: unknown; class?: unknown };
  const navigate = useNavigate();
  const wanted = Math.max(1, Math.floor(Number(search.tree ?? 1)) || 1);
  const className =
    typeof search.class === "string" && classes.includes(search.class) ? search.class : undefined;
  const query = useQuery({
    queryKey: ["tree", source, wanted, className],
    queryFn: () =>
      treeOf(source, { tree: wanted, depth: DEPTH, ...(className !== undefined && { class: className }) }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const change = (given: { tree?: number; class?: string }): void => {
    void navigate({
      to: "." as string,
      search: ((before: object) => ({ ...before, ...given })) as never,
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <Panel
      title="Tree"
      note="Questions from the root on; each node tells the training rows that reached it and what is thought there."
    >
      <Group gap="sm" mb="sm" align="flex-end">
        <Select
          label="Score of"
          size="xs"
          w={170}
          allowDeselect={false}
          data={[...classes]}
          value={className ?? query.data?.class ?? null}
          onChange={(value) => change({ class: value ?? undefined, tree: 1 })}
        />
        <NumberInput
          label={`Tree of ${count(query.data?.trees)}`}
          size="xs"
          w={110}
          min={1}
          max={query.data?.trees}
          value={wanted}
          onChange={(value) => typeof value === "number" && value >= 1 && change({ tree: value })}
        />
      </Group>
      <Asked query={query} what="the tree">
        {(tree) => (
          <TreeParts
            key={`${tree.class} ${tree.tree}`}
            source={source}
            tree={tree}
            isBenign={(name) => benignClasses.includes(name)}
          />
        )}
      </Asked>
    </Panel>
  );
}

function TreeParts({
  source,
  tree,
  isBenign,
}: {
  source: TreeSource;
  tree: Tree;
  isBenign: (name: string) => boolean;
}) {
  const [form, setForm] = useState<"drawn" | "rules">("drawn");
  const [parts, setParts] = useState<ReadonlyMap<number, TreeNode>>(new Map());
  const root = useMemo(() => merged(tree.root, parts), [tree, parts]);
  const more = (node: number): void => {
    void treeOf(source, { tree: tree.tree, class: tree.class, node, depth: 2 }).then(
      ({ root: part }) => setParts((before) => new Map([...before, [node, part]])),
      failed,
    );
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {count(tree.nodes)} nodes.{" "}
          {tree.scale === "probability"
            ? "Leaves hold shares of classes."
            : `Leaves add to the score of ${tree.class} (log-odds).`}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Form of the tree"
          value={form}
          onChange={(value) => setForm(value as "drawn" | "rules")}
          data={[
            { value: "drawn", label: "Drawn" },
            { value: "rules", label: "As rules" },
          ]}
        />
      </Group>
      {form === "drawn" ? (
        <DrawnTree root={root} isBenign={isBenign} onMore={more} />
      ) : (
        <Rules node={root} onMore={more} />
      )}
    </Stack>
  );
}

function DrawnTree({
  root,
  isBenign,
  onMore,
}: {
  root: TreeNode;
  isBenign: (name: string) => boolean;
  onMore: (node: number) => void;
}) {
  const ink = INK[useComputedColorScheme("light")];
  const option = useMemo(() => optionOf(root, isBenign, ink), [root, isBenign, ink]);
  return (
    <div style={{ overflowX: "auto" }} data-testid="tree">
      <div style={{ minWidth: (depthOf(root) + 1) * LEVEL_PIXELS }}>
        <Chart
          label={`Tree that begins with ${root.question ?? "a leaf"}; the same can be read as rules`}
          option={option}
          height={Math.max(220, tipsOf(root) * TIP_PIXELS)}
          onClick={(event) => {
            const { id, isCut: cut } = (event as unknown as { data: { id: number; isCut: boolean } }).data;
            if (cut) onMore(id);
          }}
        />
      </div>
    </div>
  );
}

function depthOf({ yes, no }: TreeNode): number {
  return Math.max(yes ? 1 + depthOf(yes) : 0, no ? 1 + depthOf(no) : 0);
}

function optionOf(root: TreeNode, isBenign: (name: string) => boolean, ink: string): ChartOption {
  return {
    tooltip: { trigger: "item", formatter: ({ value }: { value: string }) => value },
    series: [
      {
        type: "tree",
        data: [drawn(root, isBenign)],
        orient: "LR",
        left: 12,
        right: LEVEL_PIXELS - 20,
        top: 12,
        bottom: 12,
        symbol: "circle",
        symbolSize: 9,
        edgeShape: "polyline",
        // Edges part just before the answers, so that the words above them are not crossed.
        edgeForkPosition: "95%",
        initialTreeDepth: -1,
        expandAndCollapse: false,
        animation: false,
        lineStyle: { width: 1.2, color: "#8a9299" },
        label: {
          position: [12, -32],
          color: ink,
          textBorderWidth: 0,
          align: "left",
          lineHeight: 15,
          fontSize: 12,
          width: LEVEL_PIXELS - 30,
          overflow: "truncate",
        },
        leaves: { label: { position: "right", align: "left", verticalAlign: "middle", distance: 8 } },
      },
    ],
  };
}

/** The same as text, for those who read it, and for copying. */
function Rules({ node, onMore }: { node: TreeNode; onMore: (node: number) => void }) {
  const { question, yes, no } = node;
  return (
    <div>
      {question === undefined ? (
        <Verdict node={node} />
      ) : (
        <>
          <Code className="foreign">{question}</Code> <Verdict node={node} />
        </>
      )}
      {isCut(node) && (
        <Button size="compact-xs" variant="default" ml="xs" onClick={() => onMore(node.id)}>
          More
        </Button>
      )}
      {yes && no && (
        <ul style={{ margin: "2px 0 6px", paddingLeft: 20 }}>
          <li>
            yes: <Rules node={yes} onMore={onMore} />
          </li>
          <li>
            no: <Rules node={no} onMore={onMore} />
          </li>
        </ul>
      )}
    </div>
  );
}

function Verdict({ node }: { node: TreeNode }) {
  const others = (node.classes ?? []).slice(1).map(({ name, share }) => `${name} ${percent(share)}`);
  return (
    <Text span size="sm">
      <b>{verdictText(node)}</b>
      <Text span size="sm" c="dimmed">
        {others.length > 0 && `, ${others.join(", ")}`} · {count(node.rows)} rows
        {node.missing !== undefined && ` · missing counts as ${node.missing}`}
      </Text>
    </Text>
  );
}
