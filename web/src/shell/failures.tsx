// Addresses that lead nowhere, and pages that break: said plainly, with the way back.

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Page } from "../parts/page.tsx";
import { Empty, Failure } from "../parts/states.tsx";

export function PageNotFound() {
  return (
    <Page title="No such page">
      <Empty
        title="There is nothing at this address"
        action={
          <Button renderRoot={(props) => <Link to={"/overview" as string} {...props} />}>
            To the overview
          </Button>
        }
      />
    </Page>
  );
}

export function PageFailure({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Page title="This page failed">
      <Failure failure={error} retry={reset} />
    </Page>
  );
}
