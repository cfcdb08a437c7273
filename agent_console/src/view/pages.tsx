/** What fills the window when there is no console to show. */

import type { JSX, ReactNode } from "react";
import styled, { keyframes } from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { CONTENT_ID } from "./content_id";
import { LanguageSwitch } from "./header";
import { RingLogo } from "./parts/icons";
import { brand, middle, panel, quiet, unseen, wide } from "./theme";

const Page = styled.div`
  display: grid;
  justify-items: center;
  align-content: start;
  gap: 16px;
  min-height: 100dvh;
  padding: 16px;
  ${middle} {
    padding-top: 8dvh;
  }
`;

const Top = styled.header`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 8px;
  width: 100%;
  max-width: 920px;
`;

const Brand = styled.span`
  display: flex;
  align-items: center;
  gap: 8px;
  color: ${brand};
  font-size: 22px;
  font-weight: 600;
`;

const Card = styled.main`
  ${panel}
  display: grid;
  gap: 16px;
  width: 100%;
  max-width: 920px;
  padding: 24px;
  border-top: 4px solid ${brand};
  ${middle} {
    padding: 32px;
  }
  h1 {
    font-size: 30px;
    line-height: 1.2;
    font-weight: 600;
  }
  > p {
    font-size: 18px;
    max-width: 40em;
  }
`;

export function PageFrame({
  actions,
  children,
}: {
  readonly actions: PageActions;
  readonly children: ReactNode;
}): JSX.Element {
  const { t } = useWords();
  return (
    <Page>
      <Top>
        <Brand>
          <RingLogo size={28} />
          {t("app.name")}
        </Brand>
        <LanguageSwitch actions={actions} />
      </Top>
      <Card>{children}</Card>
    </Page>
  );
}

export type PageActions = Pick<ConsoleActions, "chooseLanguage">;

interface SupersededProps {
  readonly actions: ConsoleActions;
  readonly inCall: boolean;
}

export function Superseded({ actions, inCall }: SupersededProps): JSX.Element {
  const { t } = useWords();
  return (
    <PageFrame actions={actions}>
      <h1>{t("superseded.heading")}</h1>
      <p>{t("superseded.explain")}</p>
      {inCall && <p>{t("superseded.in_call")}</p>}
      <div>
        <Button onClick={actions.takeOver}>{t("superseded.take_over")}</Button>
      </div>
    </PageFrame>
  );
}

const appear = keyframes`from { opacity: 0; } to { opacity: 1; }`;

/** Nothing for the first 300 ms: what is there sooner needs no skeleton. */
const Skeleton = styled.main`
  display: grid;
  gap: 16px;
  padding: 16px;
  opacity: 0;
  animation: ${appear} 0.2s 0.3s forwards;
  > div {
    ${panel}
    min-height: 160px;
  }
  > p {
    grid-column: 1 / -1;
    color: ${quiet};
  }
  ${wide} {
    grid-template-columns: 320px minmax(0, 1fr) 300px;
    > div {
      min-height: calc(100dvh - 128px);
    }
  }
`;

const Title = styled.h1`
  ${unseen}
`;

/** The first connection is not there yet. */
export function Loading({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t } = useWords();
  return (
    <Skeleton aria-busy="true" data-stage="loading" id={CONTENT_ID}>
      <Title>{t("app.name")}</Title>
      <p role="status">{t(model.state.connection.kind === "offline" ? "line.slow" : "line.connecting")}</p>
      <div />
      <div />
      <div />
    </Skeleton>
  );
}
