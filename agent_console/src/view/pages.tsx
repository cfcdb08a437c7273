/** What fills the window when there is no console to show. */

import type { DemoPersona, DemoView, Role } from "@palvelurinki/call_kit";
import { type JSX, type ReactNode, useId } from "react";
import styled, { keyframes } from "styled-components";
import { Button, Link } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { CONTENT_ID } from "./content_id";
import { LanguageSwitch } from "./header";
import { RingLogo } from "./parts/icons";
import { brand, line, middle, panel, quiet, unseen, wide } from "./theme";

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

const Demo = styled.div`
  display: grid;
  gap: 16px;
  > p {
    font-size: 18px;
  }
  h2 {
    padding-top: 16px;
    border-top: 1px solid ${line};
    font-size: 22px;
    line-height: 1.25;
    font-weight: 600;
  }
`;

/** Columns that fill from above, for the groups are of very different lengths. */
const Groups = styled.div`
  column-gap: 32px;
  ${middle} {
    columns: 2;
  }
  ${wide} {
    columns: 3;
  }
  section {
    break-inside: avoid;
    padding-bottom: 20px;
  }
  h3 {
    margin-bottom: 4px;
    font-size: 17px;
    font-weight: 600;
  }
  li {
    padding: 5px 0;
    line-height: 1.3;
  }
  li span {
    display: block;
    color: ${quiet};
    font-size: 15px;
  }
`;

function PageFrame({
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

type PageActions = Pick<ConsoleActions, "chooseLanguage">;

const ROLES = ["expert", "supervisor", "advisor", "interpreter", "administrator"] as const satisfies readonly Role[];

interface GroupProps {
  readonly heading: string;
  readonly children: ReactNode;
}

function Group({ heading, children }: GroupProps): JSX.Element {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{heading}</h3>
      <ul>{children}</ul>
    </section>
  );
}

function Person({ persona }: { readonly persona: DemoPersona }): JSX.Element {
  const { language } = useWords();
  return (
    <li>
      <Link href={persona.path}>{persona.name}</Link>
      <span>{persona.organisation[language]}</span>
    </li>
  );
}

/** A customer's terminal opens beside the console, so that both can be tried at once. */
function Terminal({ persona }: { readonly persona: DemoPersona }): JSX.Element {
  const { t, language } = useWords();
  const said = [persona.name, persona.organisation[language], t("signed_out.new_tab")];
  return (
    <li>
      <Link aria-label={said.join(", ")} href={persona.path} target="_blank">
        {persona.name}
      </Link>
    </li>
  );
}

function DemoPeople({ demo }: { readonly demo: DemoView }): JSX.Element {
  const { t, language } = useWords();
  const staff = demo.personas.filter((each) => each.kind === "staff");
  const groups = ROLES.map((role) => ({
    role,
    // A person of several roles stands under the first of them.
    people: staff.filter((each) => ROLES.find((known) => each.roles.includes(known)) === role),
  })).filter(({ people }) => people.length > 0);
  const terminals = demo.personas.filter((each) => each.kind === "terminal");
  const points = [...new Set(terminals.map((each) => each.organisation[language]))];
  return (
    <Demo>
      <p>{t("signed_out.demo")}</p>
      <h2>{t("signed_out.staff")}</h2>
      <Groups>
        {groups.map(({ role, people }) => (
          <Group heading={t(`signed_out.role.${role}`)} key={role}>
            {people.map((persona) => (
              <Person key={persona.id} persona={persona} />
            ))}
          </Group>
        ))}
      </Groups>
      <h2>{t("signed_out.terminals")}</h2>
      <Groups>
        {points.map((point) => (
          <Group heading={point} key={point}>
            {terminals
              .filter((each) => each.organisation[language] === point)
              .map((persona) => (
                <Terminal key={persona.id} persona={persona} />
              ))}
          </Group>
        ))}
      </Groups>
    </Demo>
  );
}

interface SignedOutProps {
  readonly actions: PageActions;
  /** Null when there is no demo, or it is not known yet. */
  readonly demo: DemoView | null;
}

export function SignedOut({ actions, demo }: SignedOutProps): JSX.Element {
  const { t } = useWords();
  return (
    <PageFrame actions={actions}>
      <h1>{t(demo === null ? "signed_out.heading" : "signed_out.demo_heading")}</h1>
      {demo === null ? <p>{t("signed_out.explain")}</p> : <DemoPeople demo={demo} />}
    </PageFrame>
  );
}

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
