// The settings: one's own account, users, API keys, the audit log, and how programs speak to the server. Which part is seen stands
// in the address. What somebody may not see is said, and not asked for.

import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { type Me, useMe } from "../../api/queries.ts";
import { Page } from "../../parts/page.tsx";
import { Loading, NotAllowed } from "../../parts/states.tsx";
import { Account } from "./account.tsx";
import { ApiUse } from "./api-use.tsx";
import { AuditLog } from "./audit-log.tsx";
import { Begin } from "./begin.tsx";
import { Keys } from "./keys.tsx";
import { Users } from "./users.tsx";

interface Part {
  id: string;
  text: string;
  part: ComponentType;
  /** For administrators who have logged in. */
  isForAdmins: boolean;
  /** What the others are told: "Users are managed by administrators." */
  refusal?: string;
}

const PARTS: readonly Part[] = [
  { id: "account", text: "Account", part: Account, isForAdmins: false },
  {
    id: "users",
    text: "Users",
    part: Users,
    isForAdmins: true,
    refusal: "Users are managed by administrators.",
  },
  {
    id: "keys",
    text: "API keys",
    part: Keys,
    isForAdmins: true,
    refusal: "API keys are made and revoked by administrators; one of them can make one for you.",
  },
  {
    id: "log",
    text: "Audit log",
    part: AuditLog,
    isForAdmins: true,
    refusal: "Who changed what is for administrators to read.",
  },
  { id: "api", text: "API", part: ApiUse, isForAdmins: false },
];

export function Settings() {
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const { data: me } = useMe();
  const current = PARTS.find(({ id }) => id === tab) ?? PARTS[0];
  return (
    <Page title="Settings">
      <Tabs
        value={current?.id ?? null}
        onChange={(id) =>
          void navigate({ to: "/settings" as string, search: { tab: id ?? undefined } as never })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {PARTS.map(({ id, text }) => (
            <Tabs.Tab key={id} value={id}>
              {text}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {PARTS.map((part) => (
          <Tabs.Panel key={part.id} value={part.id}>
            {me === undefined ? <Loading /> : <Shown part={part} me={me} />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

function Shown({ part: { part: Content, isForAdmins, refusal, id }, me }: { part: Part; me: Me }) {
  if (me.kind === "anybody" && id !== "api") return <Begin />;
  if (isForAdmins && !me.permissions.includes("admin")) return <NotAllowed>{refusal}</NotAllowed>;
  return <Content />;
}
