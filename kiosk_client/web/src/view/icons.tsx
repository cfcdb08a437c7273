/** Drawings that the Suomi.fi set does not have: what one does in a call, and people. */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";

const Svg = styled.svg`
  display: block;
  flex: none;
  width: 1.6em;
  height: 1.6em;
  fill: none;
  stroke: currentcolor;
  stroke-width: 2;
  stroke-linecap: round;
  stroke-linejoin: round;
`;

function Drawing({ children }: { children: ReactNode }): JSX.Element {
  return (
    <Svg aria-hidden="true" focusable="false" viewBox="0 0 24 24">
      {children}
    </Svg>
  );
}

const Microphone = (
  <>
    <rect height="11" rx="3" width="6" x="9" y="2.5" />
    <path d="M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M8.5 21h7" />
  </>
);
const Camera = (
  <>
    <rect height="12" rx="2" width="13" x="2.5" y="6" />
    <path d="m15.5 10.5 6-3.5v10l-6-3.5" />
  </>
);
const Stroke = <path d="m3 3 18 18" strokeWidth="2.6" />;

export const MicrophoneIcon = (): JSX.Element => <Drawing>{Microphone}</Drawing>;
export const CameraIcon = (): JSX.Element => <Drawing>{Camera}</Drawing>;
export const MicrophoneOffIcon = (): JSX.Element => (
  <Drawing>
    {Microphone}
    {Stroke}
  </Drawing>
);
export const CameraOffIcon = (): JSX.Element => (
  <Drawing>
    {Camera}
    {Stroke}
  </Drawing>
);
export const HangUpIcon = (): JSX.Element => (
  <Drawing>
    <path
      d="M2.6 13.4c5.4-4.9 13.4-4.9 18.8 0 .5.5.5 1.2.1 1.7l-1.7 2c-.4.5-1.1.6-1.7.2l-2.4-1.6c-.4-.3-.6-.7-.6-1.2v-1.7a11 11 0 0 0-6.2 0v1.7c0 .5-.2.9-.6 1.2l-2.4 1.6c-.6.4-1.3.3-1.7-.2l-1.7-2c-.4-.5-.4-1.2.1-1.7z"
      fill="currentColor"
      stroke="none"
    />
  </Drawing>
);
export const BellIcon = (): JSX.Element => (
  <Drawing>
    <path d="M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15zM10 21h4" />
  </Drawing>
);
export const SeatIcon = (): JSX.Element => (
  <Drawing>
    <circle cx="8.5" cy="4.5" r="2" />
    <path d="M8.5 9v6h5.5l2 5.5M4.5 8.5V18H12M9 11.5h4" />
  </Drawing>
);
export const NoRecordingIcon = (): JSX.Element => (
  <Drawing>
    <circle cx="12" cy="12" r="9" />
    <circle cx="12" cy="12" fill="currentColor" r="3.4" stroke="none" />
    <path d="m5.6 5.6 12.8 12.8" />
  </Drawing>
);
export const HandIcon = (): JSX.Element => (
  <Drawing>
    <path d="M8 13V5.5a1.5 1.5 0 0 1 3 0V11m0-6.5a1.5 1.5 0 0 1 3 0V11m0-4.5a1.5 1.5 0 0 1 3 0V14c0 4-2 7-5.5 7-3 0-4.5-1.5-6-4.5l-2-4a1.5 1.5 0 0 1 2.6-1.5L8 13" />
  </Drawing>
);
export const LargerTextIcon = (): JSX.Element => (
  <Drawing>
    <path d="m2.5 19 3.7-9.5L10 19M3.7 16h5M11 19 16.5 4.5 22 19M12.8 14.5h7.4" />
  </Drawing>
);
export const ContrastIcon = (): JSX.Element => (
  <Drawing>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" />
  </Drawing>
);
export const LoudspeakerIcon = (): JSX.Element => (
  <Drawing>
    <path d="M4 9.5v5h3.5L13 19V5L7.5 9.5zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11" />
  </Drawing>
);
export const NetworkIcon = (): JSX.Element => (
  <Drawing>
    <path d="M3 9.5a13 13 0 0 1 18 0M6 13a8.5 8.5 0 0 1 12 0M9 16.5a4.3 4.3 0 0 1 6 0" />
    <circle cx="12" cy="19.7" fill="currentColor" r="1" stroke="none" />
  </Drawing>
);
export const RouteIcon = (): JSX.Element => (
  <Drawing>
    <circle cx="4.5" cy="12" r="2" />
    <circle cx="19.5" cy="12" r="2" />
    <circle cx="12" cy="5.5" r="2" />
    <path d="M6 10.7 10.3 7M13.7 7 18 10.7M7 14.5c2.5 4 7.5 4 10 0" />
  </Drawing>
);
export const TickIcon = (): JSX.Element => (
  <Drawing>
    <path d="m4 12.5 5.5 5.5L20 7" strokeWidth="3" />
  </Drawing>
);
export const CrossIcon = (): JSX.Element => (
  <Drawing>
    <path d="m5.5 5.5 13 13m0-13-13 13" strokeWidth="3" />
  </Drawing>
);
export const QuestionIcon = (): JSX.Element => (
  <Drawing>
    <path d="M8 8.5a4 4 0 1 1 5.5 3.7c-1.2.6-1.5 1.3-1.5 2.8M12 19v.2" strokeWidth="2.6" />
  </Drawing>
);
export const TwoPeopleIcon = (): JSX.Element => (
  <Drawing>
    <circle cx="8" cy="7" r="3" />
    <circle cx="16.5" cy="8.5" r="2.5" />
    <path d="M2.5 20c0-4.5 2-7.5 5.5-7.5s5.5 3 5.5 7.5M15 13.2c3.8-.9 6.5 1.8 6.5 6.8" />
  </Drawing>
);
export const DocumentIcon = (): JSX.Element => (
  <Drawing>
    <path d="M6 3h8l5 5v13H6zM13.5 3v5.5H19M9 13h7M9 17h7" />
  </Drawing>
);
export const NextIcon = (): JSX.Element => (
  <Drawing>
    <path d="M4 12h14m-6-6 6 6-6 6" />
  </Drawing>
);
export const EraseIcon = (): JSX.Element => (
  <Drawing>
    <path d="M9 5.5h12v13H9L3 12zM12 9.5l5 5m0-5-5 5" />
  </Drawing>
);
