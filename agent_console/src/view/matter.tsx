import type { BriefView, CallView, MatterView, SeatView } from "@palvelurinki/call_kit";
import { type JSX, type ReactNode, useId } from "react";
import styled from "styled-components";
import type { ConsoleActions } from "../model/actions";
import { peopleOf } from "../model/call";
import type { ConsoleModel } from "../model/model";
import type { Stage } from "../model/stage";
import { type Language, timeOf } from "../model/time";
import { useWords } from "../words/i18n";
import { BriefInCall, BriefNote, BriefReference } from "./brief/brief";
import { ConcludeInCall } from "./brief/conclude_in_call";
import { languageName, nameOf } from "./parts/words_of";
import { ground, line, panel, quiet, tabular } from "./theme";

const Panel = styled.section`
  ${panel}
  padding: 16px;
  display: grid;
  gap: 16px;
`;

const Heading = styled.h2`
  font-size: 18px;
  font-weight: 600;
  line-height: 1.25;
`;

const Small = styled.h3`
  font-size: 16px;
  font-weight: 600;
  margin-bottom: 4px;
`;

const Facts = styled.dl`
  display: grid;
  gap: 10px;
  dt {
    color: ${quiet};
    font-size: 14px;
    line-height: 1.3;
  }
  dd {
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  div:first-child dd {
    font-size: 18px;
    font-weight: 600;
  }
`;

const People = styled.ul`
  li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    padding: 6px 0;
    border-bottom: 1px solid ${line};
  }
  li span:last-child {
    color: ${quiet};
  }
`;

const Code = styled.p`
  ${tabular}
  padding: 8px 12px;
  background: ${ground};
  font-size: 28px;
  font-weight: 600;
  letter-spacing: 0.04em;
  line-height: 1.2;
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function placeOf(matter: MatterView, language: Language): string {
  const point = nameOf(matter.point, language);
  const host = nameOf(matter.point.host, language);
  // "Mikkeli, Mikkeli" tells nothing more.
  return point === host ? point : `${point}, ${host}`;
}

function FactsOf({ matter }: { readonly matter: MatterView }): JSX.Element {
  const { t, language } = useWords();
  return (
    <Facts>
      <Fact label={t("matter.service")}>{nameOf(matter.service, language)}</Fact>
      <Fact label={t("matter.provider")}>{nameOf(matter.provider, language)}</Fact>
      <Fact label={t("matter.language")}>{languageName(matter.language, t, language)}</Fact>
      <Fact label={t("matter.point")}>{placeOf(matter, language)}</Fact>
      <Fact label={t("matter.whereabouts")}>{t(`matter.at.${matter.terminal_kind}`)}</Fact>
      <Fact label={t("matter.terminal")}>{nameOf(matter.terminal, language)}</Fact>
      <Fact label={t("matter.requested")}>{t("moment.at", { time: timeOf(matter.requested_at, language) })}</Fact>
    </Facts>
  );
}

function Seat({ seat, mine }: { readonly seat: SeatView; readonly mine: boolean }): JSX.Element {
  const { t } = useWords();
  const kind = t(`people.kind.${seat.kind}`);
  return (
    <li data-seat={seat.kind} data-seat-state={seat.state}>
      <span>{mine ? `${kind} (${t("people.me")})` : kind}</span>
      <span>{t(`people.state.${seat.state}`)}</span>
    </li>
  );
}

interface InCallProps {
  readonly call: CallView;
  readonly code: string | null;
}

function InCall({ call, code }: InCallProps): JSX.Element {
  const { t } = useWords();
  return (
    <>
      <div>
        <Small>{t("people.heading")}</Small>
        <People>
          {peopleOf(call).map((seat) => (
            <Seat key={seat.id} mine={seat.id === call.me} seat={seat} />
          ))}
        </People>
      </div>
      <div>
        <Small>{t("common:security.fingerprint")}</Small>
        {code === null ? <Quiet>{t("safety.pending")}</Quiet> : <Code data-fingerprint={code}>{code}</Code>}
        {code !== null && <Quiet style={{ marginTop: 6 }}>{t("common:security.fingerprintHelp")}</Quiet>}
      </div>
    </>
  );
}

function matterOf(stage: Stage): MatterView | null {
  switch (stage.kind) {
    case "nothing":
      return null;
    case "wrap_up":
      return stage.ended?.matter ?? null;
    case "summary":
      return stage.ended.matter;
    case "offer_gone":
      return stage.gone.matter;
    default:
      return stage.matter;
  }
}

/** The situation of what stands on the stage; after a call only its reference is left to tell. */
function briefOf({ stage, state }: ConsoleModel): BriefView | null {
  switch (stage.kind) {
    case "ringing":
      return stage.offer.brief;
    case "call":
      return stage.call.brief;
    case "wrap_up":
    case "summary":
      return state.snapshot?.call?.brief ?? null;
    default:
      return null;
  }
}

interface MatterProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

function Situation({ model, actions }: MatterProps): JSX.Element | null {
  const brief = briefOf(model);
  const { kind } = model.stage;
  if (brief === null) {
    return null;
  }
  if (kind !== "ringing" && kind !== "call") {
    return <BriefReference brief={brief} />;
  }
  return kind === "call" ? (
    <>
      <BriefInCall actions={actions} brief={brief} matter={matterOf(model.stage)} model={model} />
      <BriefReference brief={brief} />
      <ConcludeInCall actions={actions} call={model.stage.call} model={model} />
    </>
  ) : null;
}

/** What the customer has come for, what the advisor tells of it, and who is in the call. */
export function Matter({ model, actions }: MatterProps): JSX.Element {
  const { t } = useWords();
  const heading = useId();
  const matter = matterOf(model.stage);
  const brief = model.stage.kind === "ringing" || model.stage.kind === "call" ? briefOf(model) : null;
  return (
    <Panel aria-labelledby={heading} data-matter={matter === null ? "none" : matter.service.id}>
      <Heading id={heading}>{t("matter.heading")}</Heading>
      {brief !== null && <BriefNote brief={brief} />}
      {matter === null ? <Quiet>{t("matter.empty")}</Quiet> : <FactsOf matter={matter} />}
      <Situation actions={actions} model={model} />
      {model.stage.kind === "call" && <InCall call={model.stage.call} code={model.media.fingerprintCode} />}
    </Panel>
  );
}
