/** The demo's list of whose eyes one may see through. */

import type { DemoPersona, DemoView, Role } from "@palvelurinki/call_kit";
import { type JSX, type ReactNode, useId } from "react";
import styled from "styled-components";
import { Link } from "suomifi-ui-components";
import { useWords } from "../words/i18n";
import { line, middle, quiet, wide } from "./theme";

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

export function DemoPeople({ demo }: { readonly demo: DemoView }): JSX.Element {
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
