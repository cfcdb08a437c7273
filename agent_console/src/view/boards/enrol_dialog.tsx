/** Enrolling a terminal: its code, then its fingerprint, which is compared with the one on its screen. */

import type { EnrolledTerminalView } from "@palvelurinki/call_kit";
import { type JSX, type SubmitEvent, useEffect, useId, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { TerminalActions } from "../../model/actions";
import { type Enrolling, groupsOf, placeOf, type TerminalsState } from "../../model/terminals";
import { pastMomentOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { Dialog } from "../parts/dialog";
import { ActSign } from "../parts/icons";
import { Refusal } from "../parts/refusal";
import { alert, focusRing, ground, ink, quiet, tabular, warning, warningPale } from "../theme";

const Content = styled.div`
  display: grid;
  gap: 16px;
  overflow-wrap: anywhere;
`;

const Where = styled.p`
  color: ${quiet};
`;

const Replacing = styled.p`
  padding: 8px 12px;
  border-left: 4px solid ${warning};
  background: ${warningPale};
`;

const Field = styled.div`
  display: grid;
  gap: 4px;
  label {
    font-weight: 600;
  }
  small {
    color: ${quiet};
    font-size: 15px;
  }
  input {
    ${tabular}
    width: 100%;
    max-width: 340px;
    min-height: 56px;
    padding: 4px 14px;
    border: 2px solid ${ink};
    border-radius: 2px;
    font: 600 28px/1.2 inherit;
    font-family: inherit;
    letter-spacing: 0.08em;
    text-transform: uppercase;
    ${focusRing}
  }
`;

const Wrong = styled.p`
  color: ${alert};
  font-weight: 600;
  &:empty {
    display: none;
  }
`;

const Groups = styled.p`
  ${tabular}
  display: flex;
  flex-wrap: wrap;
  gap: 4px 14px;
  padding: 16px;
  background: ${ground};
  font-size: clamp(20px, 5vw, 24px);
  font-weight: 600;
  line-height: 1.25;
  letter-spacing: 0.04em;
`;

const Choices = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
`;

interface EnrolDialogProps {
  readonly act: Enrolling;
  readonly about: EnrolledTerminalView;
  readonly terminals: TerminalsState;
  readonly actions: TerminalActions;
  readonly now: number;
}

const HEADINGS = {
  code: "terminals.code.heading",
  compare: "terminals.compare.heading",
  differs: "terminals.differs.heading",
} as const;

export function EnrolDialog(props: EnrolDialogProps): JSX.Element {
  const { act, about, actions } = props;
  const { t, language } = useWords();
  return (
    // Each step is a dialog of its own, which takes the focus to its beginning.
    <Dialog heading={t(HEADINGS[act.kind])} key={act.kind} onClose={actions.close}>
      <Content data-act={act.kind}>
        <Where>{placeOf(about, language)}</Where>
        <Step {...props} />
      </Content>
    </Dialog>
  );
}

function Step(props: EnrolDialogProps): JSX.Element {
  const { act } = props;
  switch (act.kind) {
    case "code":
      return <EnterCode {...props} act={act} />;
    case "compare":
      return <Compare {...props} act={act} />;
    case "differs":
      return <Differs {...props} />;
  }
}

function EnterCode({
  act,
  about,
  terminals,
  actions,
}: EnrolDialogProps & { readonly act: Extract<Enrolling, { kind: "code" }> }): JSX.Element {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    actions.lookUp();
    field.current?.focus();
  };
  return (
    <form noValidate={true} onSubmit={submit}>
      <Content>
        {about.state === "enrolled" && <Replacing>{t("terminals.code.replace")}</Replacing>}
        <Field>
          <label htmlFor={id}>{t("terminals.code.label")}</label>
          <small id={`${id}-hint`}>{t("terminals.code.hint")}</small>
          <input
            aria-describedby={`${id}-hint ${id}-wrong`}
            aria-invalid={act.problem !== null || terminals.refusal !== null}
            autoCapitalize="characters"
            autoComplete="off"
            autoCorrect="off"
            id={id}
            maxLength={32}
            onChange={(event) => actions.writeCode(event.currentTarget.value)}
            ref={field}
            spellCheck={false}
            type="text"
            value={act.text}
          />
          <Wrong id={`${id}-wrong`} role="alert">
            {act.problem === null ? null : t(`terminals.code.problem.${act.problem}`)}
          </Wrong>
        </Field>
        <Refusal code={terminals.refusal} />
        <Choices>
          <Button aria-disabled={terminals.sending} type="submit">
            {t("terminals.code.next")}
          </Button>
          <Button onClick={actions.close} variant="secondary">
            {t("terminals.cancel")}
          </Button>
        </Choices>
      </Content>
    </form>
  );
}

function Compare({
  act,
  about,
  terminals,
  actions,
  now,
}: EnrolDialogProps & { readonly act: Extract<Enrolling, { kind: "compare" }> }): JSX.Element {
  const { t, language } = useWords();
  return (
    <>
      <p>{t("terminals.compare.help")}</p>
      <Groups data-shown="fingerprint" tabIndex={-1} translate="no">
        {groupsOf(act.found.fingerprint).map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same
          <span key={place}>{group}</span>
        ))}
      </Groups>
      <Where>{t("terminals.compare.asked", { moment: pastMomentOf(act.found.requested_at, now, language) })}</Where>
      {about.state === "enrolled" && <Replacing>{t("terminals.code.replace")}</Replacing>}
      <Refusal code={terminals.refusal} />
      <Choices>
        <Button aria-disabled={terminals.sending} onClick={actions.approve}>
          {t("terminals.compare.same")}
        </Button>
        <Button onClick={actions.differs} variant="secondary">
          {t("terminals.compare.differs")}
        </Button>
        <Button onClick={actions.close} variant="secondaryNoBorder">
          {t("terminals.cancel")}
        </Button>
      </Choices>
    </>
  );
}

const Refused = styled.div`
  display: flex;
  gap: 12px;
  > svg {
    color: ${alert};
  }
`;

function Differs({ act, actions }: EnrolDialogProps): JSX.Element {
  const { t } = useWords();
  return (
    <>
      <Refused role="alert">
        <ActSign size={28} />
        <p>{t("terminals.differs.help")}</p>
      </Refused>
      <p>{t("terminals.differs.next")}</p>
      <Choices>
        <Button onClick={() => actions.begin("code", act.terminal)}>{t("terminals.differs.again")}</Button>
        <Button onClick={actions.close} variant="secondary">
          {t("terminals.close")}
        </Button>
      </Choices>
    </>
  );
}
