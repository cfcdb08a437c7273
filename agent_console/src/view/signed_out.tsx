/** Nobody is signed in: with whom one may, what was refused, and what a sign-in that ended left open. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { Button, IconArrowRight } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import { type Choice, choicesOf, type LeftOpen, type SignIn, signInAddress } from "../model/sign_in";
import { useWords } from "../words/i18n";
import { DemoPeople } from "./demo_people";
import { PageFrame } from "./pages";
import { ActSign, NoticeSign } from "./parts/icons";
import {
  alert,
  alertPale,
  focusRing,
  highlight,
  highlightPale,
  ink,
  middle,
  paper,
  quiet,
  warning,
  warningPale,
} from "./theme";

const Choices = styled.ul`
  display: grid;
  gap: 12px;
  ${middle} {
    grid-template-columns: repeat(auto-fill, minmax(340px, 1fr));
  }
`;

const Issuer = styled.a`
  display: flex;
  align-items: center;
  gap: 16px;
  height: 100%;
  min-height: 72px;
  padding: 12px 20px;
  border: 2px solid ${highlight};
  border-radius: 4px;
  background: ${paper};
  color: ${ink};
  text-decoration: none;
  overflow-wrap: anywhere;
  > span {
    flex: 1;
    min-width: 0;
  }
  strong,
  small {
    display: block;
    line-height: 1.3;
  }
  strong {
    color: ${highlight};
    font-size: 19px;
    font-weight: 600;
  }
  small {
    color: ${quiet};
    font-size: 15px;
  }
  .fi-icon {
    flex: none;
    width: 20px;
    height: 20px;
  }
  .fi-icon-base-fill {
    fill: ${highlight};
  }
  &:hover {
    background: ${highlightPale};
  }
  ${focusRing}
`;

const Told = styled.div<{ $grave: boolean }>`
  display: flex;
  align-items: flex-start;
  gap: 12px;
  padding: 12px 16px;
  border-left: 4px solid ${({ $grave }) => ($grave ? alert : warning)};
  background: ${({ $grave }) => ($grave ? alertPale : warningPale)};
  font-size: 18px;
  > svg {
    margin-top: 2px;
    color: ${({ $grave }) => ($grave ? alert : ink)};
  }
  strong {
    display: block;
    font-weight: 600;
  }
`;

export interface SignedOutProps {
  readonly actions: ConsoleActions;
  readonly signIn: SignIn;
  /** The code of the refusal with which the issuer's answer ended. */
  readonly refusal: string | null;
  /** What was under way when the sign-in ended; null when this page had none. */
  readonly ended: LeftOpen | null;
}

export function SignedOut(props: SignedOutProps): JSX.Element {
  const { actions, signIn, refusal, ended } = props;
  return (
    <PageFrame actions={actions}>
      <Heading {...props} />
      {refusal !== null && ended === null && <Refused code={refusal} />}
      {ended !== null && <Ended left={ended} />}
      <Ways actions={actions} signIn={signIn} />
    </PageFrame>
  );
}

function Heading({ signIn, ended }: SignedOutProps): JSX.Element {
  const { t } = useWords();
  const onlyDemo = signIn.kind === "known" && signIn.demo !== null && signIn.issuers.length === 0;
  if (ended !== null) {
    return <h1>{t("signed_out.ended_heading")}</h1>;
  }
  return <h1>{t(onlyDemo ? "signed_out.demo_heading" : "signed_out.heading")}</h1>;
}

function Refused({ code }: { readonly code: string }): JSX.Element {
  const { t, language } = useWords();
  return (
    <Told $grave={true} data-refusal={code} role="alert">
      <ActSign size={24} />
      <p>
        <strong>{t("signed_out.refused")}</strong>
        {errorText(language, code)}
      </p>
    </Told>
  );
}

function Ended({ left }: { readonly left: LeftOpen }): JSX.Element {
  const { t } = useWords();
  return (
    <Told $grave={left === "call"} data-ended={left} role="alert">
      <NoticeSign size={24} />
      <p>
        {left !== "nothing" && <strong>{t(`signed_out.left.${left}`)}</strong>}
        {t("signed_out.ended")}
      </p>
    </Told>
  );
}

function Ways({ actions, signIn }: Pick<SignedOutProps, "actions" | "signIn">): JSX.Element | null {
  const { t, language } = useWords();
  if (signIn.kind === "loading") {
    return null;
  }
  if (signIn.kind === "unreached") {
    return (
      <>
        <p role="alert">{t("signed_out.unreached")}</p>
        <div>
          <Button onClick={actions.readSignIn}>{t("signed_out.retry")}</Button>
        </div>
      </>
    );
  }
  const { issuers, demo, last } = signIn;
  if (issuers.length === 0 && demo === null) {
    return <p>{t("signed_out.none")}</p>;
  }
  return (
    <>
      {issuers.length > 0 && (
        <>
          <p>{t("signed_out.explain")}</p>
          <Choices>
            {choicesOf(issuers, last, language).map((choice) => (
              <li key={choice.id}>
                <Way actions={actions} choice={choice} />
              </li>
            ))}
          </Choices>
        </>
      )}
      {demo !== null && <DemoPeople demo={demo} />}
    </>
  );
}

function Way({ actions, choice }: { readonly actions: ConsoleActions; readonly choice: Choice }): JSX.Element {
  const { t } = useWords();
  return (
    <Issuer data-issuer={choice.id} href={signInAddress(choice.id)} onClick={() => actions.chooseIssuer(choice.id)}>
      <span>
        <strong>{t("signed_out.sign_in", { organisation: choice.organisation })}</strong>
        {choice.name !== null && <small>{choice.name}</small>}
        {choice.last && <small>{t("signed_out.last")}</small>}
      </span>
      <IconArrowRight aria-hidden="true" />
    </Issuer>
  );
}
