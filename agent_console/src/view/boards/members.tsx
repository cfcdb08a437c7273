import type { MemberActivity, MemberView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { Handset, NobodySign, NoticeSign, PauseSign, ReadySign } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import { brand, highlight, line, quiet, success, warning } from "../theme";

const SIGNS = {
  ringing: Handset,
  in_call: Handset,
  wrap_up: NoticeSign,
  ready: ReadySign,
  paused: PauseSign,
  offline: NobodySign,
} as const;
const INKS: Record<MemberActivity, string> = {
  ringing: highlight,
  in_call: brand,
  wrap_up: brand,
  ready: success,
  paused: warning,
  offline: quiet,
};

const Heading = styled.h3`
  padding: 8px 0 4px;
  font-size: 16px;
  font-weight: 600;
`;

const List = styled.ul`
  li {
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr) auto;
    gap: 0 8px;
    padding: 6px 0;
    border-top: 1px solid ${line};
    line-height: 1.3;
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
`;

const What = styled.span`
  grid-column: 2 / -1;
  color: ${quiet};
  font-size: 15px;
`;

const Sign = styled.span<{ $ink: string }>`
  color: ${({ $ink }) => $ink};
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

function Member({ member, now }: { readonly member: MemberView; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const { activity, reason_names: reason, since } = member;
  const Drawing = SIGNS[activity];
  const what = [t(`rings.activity.${activity}`)];
  if (activity === "paused" && reason !== null) {
    what.push(nameOf({ names: reason }, language));
  }
  return (
    <li data-activity={activity} data-member={member.staff}>
      <Sign $ink={INKS[activity]}>
        <Drawing size={22} />
      </Sign>
      <strong>{member.name}</strong>
      {since !== null && activity !== "offline" ? <Clock now={now} since={Date.parse(since)} /> : <span />}
      <What>{what.join(": ")}</What>
    </li>
  );
}

interface MembersProps {
  readonly members: readonly MemberView[];
  readonly now: number;
  /** The ring's name, for those who hear the list alone. */
  readonly of: string;
}

/** What each of the ring's experts is doing, and since when. */
export function Members({ members, now, of }: MembersProps): JSX.Element {
  const { t } = useWords();
  return (
    <section aria-label={`${t("board.members")}: ${of}`}>
      <Heading>{t("board.members")}</Heading>
      {members.length === 0 ? (
        <Quiet>{t("board.no_members")}</Quiet>
      ) : (
        <List>
          {members.map((member) => (
            <Member key={member.staff} member={member} now={now} />
          ))}
        </List>
      )}
    </section>
  );
}
