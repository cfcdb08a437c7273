import type { CustomerSideView, LineFault } from "@palvelurinki/call_kit";
import { describe, expect, it } from "vitest";
import { CONTACT, call, contact, snapshot, toContinue } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import type { Devices } from "./devices";
import { LINE_AGAIN, lineTold, PROOF_LIFE } from "./line";

const unproven: Partial<CustomerSideView> = { line: { state: "unproven", faults: [] } };
const steps = { camera: "passed", microphone: "running", loudspeaker: "pending", network: "running" } as const;

const waiting = (run: Run, situation: Partial<CustomerSideView> = unproven): Run =>
  run.session(snapshot(contact("waiting", { situation })));
/** A customer who waits at a terminal that has still to show that it can call. */
const checking = (): Run => waiting(Run.atDevices().do({ type: "connect" }));
const checked = (faults: readonly LineFault[], run: Run = checking()): Run =>
  run.do({ type: "line_checked", contact: CONTACT, steps, faults });
const told = ({ state }: Run) => {
  const { stage } = state.visit;
  return stage.kind === "live" ? lineTold(state, stage) : null;
};
const failed = (run: Run, ...faults: LineFault[]): Run => waiting(run, { line: { state: "failed", faults } });

describe("the line check", () => {
  it("begins by itself while the customer waits, and shows how far it is", () => {
    const run = checking();
    expect(run.effects).toEqual([{ do: "check_line", contact: CONTACT }]);
    expect(told(run)).toMatchObject({ kind: "checking", steps: { camera: "pending" } });
    expect(run.do({ type: "line_progressed", contact: CONTACT, steps }).screen).toBe("waiting");
    expect(told(run)).toEqual({ kind: "checking", steps });
    expect(run.wait(1000).effects).toEqual([]);
  });

  it("waits for camera and microphone, which an advisor's contact finds closed", () => {
    const run = waiting(Run.ready(), { ...unproven, by_advisor: true });
    expect(run.effects).toEqual([]);
    expect(told(run)).toMatchObject({ kind: "checking" });
    expect(run.do({ type: "devices_changed", devices: { kind: "ready" } }).effects).toEqual([
      { do: "check_line", contact: CONTACT },
    ]);
  });

  it("tells the server that the terminal can call, and the customer", () => {
    const run = checked([]);
    expect(run.effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
    expect(told(waiting(run, {}))).toEqual({ kind: "ready" });
    expect(run.effects).toEqual([]);
  });

  it("tells nothing of a contact that needed no check", () => {
    const run = Run.atDevices().do({ type: "connect" });
    expect(told(waiting(run, {}))).toBeNull();
    expect(run.effects).toEqual([]);
    expect(told(run.session(snapshot({ ...contact("waiting"), situation: null })))).toBeNull();
  });

  it("holds for ten minutes: the next contact is asked for as from a proven terminal", () => {
    const next = (after: number): Run => {
      const run = checked([]);
      run.session(snapshot(contact("waiting"))).session(snapshot(contact("in_call"), call()));
      run.do({ type: "hang_up" }, { type: "confirm" }).session(snapshot());
      run.do({ type: "start_over" }).wait(after);
      run.do({ type: "start", language: "fi" }, { type: "open_service", service: "kela-asumistuki" });
      run.do({ type: "continue_to_devices" }, { type: "devices_changed", devices: { kind: "ready" } });
      return run.do({ type: "connect" });
    };
    expect(next(1000).effects[1]).toMatchObject({ do: "request_contact", proven: true });
    expect(next(PROOF_LIFE).effects[1]).toMatchObject({ do: "request_contact", proven: false });
  });

  it("is not made twice for a contact of the advisor's: what was shown a moment ago is reported", () => {
    const run = checked([]);
    run.session(snapshot()).do({ type: "start_over" });
    waiting(run, { ...unproven, by_advisor: true });
    run.do({ type: "devices_changed", devices: { kind: "ready" } });
    expect(run.effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
    expect(told(waiting(run, { by_advisor: true }))).toBeNull();
  });

  it("is made all the same when camera or microphone are not what they were", () => {
    const run = checked([]);
    run.session(snapshot()).do({ type: "start_over" });
    waiting(run, { ...unproven, by_advisor: true });
    run.do({ type: "devices_changed", devices: { kind: "sound_only", cause: "no_camera" } });
    expect(run.effects).toEqual([{ do: "check_line", contact: CONTACT }]);
  });
});

describe("a line that fails", () => {
  it("says what is wrong, and is made again at one press", () => {
    const run = checked(["microphone_silent", "network"]);
    expect(run.effects).toEqual([{ do: "report_line", contact: CONTACT, faults: ["microphone_silent", "network"] }]);
    failed(run, "microphone_silent", "network");
    expect(told(run)).toEqual({ kind: "failed", fault: "microphone_silent", without: null });
    expect(run.do({ type: "check_line_again" }).effects).toEqual([{ do: "check_line", contact: CONTACT }]);
    expect(told(run)).toMatchObject({ kind: "checking" });
    expect(run.do({ type: "check_line_again" }).effects).toEqual([]);
    expect(checked([], run).effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
  });

  it("is made again by itself when what was missing has come", () => {
    const none: Devices = { kind: "none", cause: "no_devices" };
    const run = checking().do({ type: "devices_changed", devices: none });
    failed(checked(["camera_missing", "microphone_missing"], run), "camera_missing", "microphone_missing");
    expect(run.do({ type: "devices_changed", devices: { kind: "ready" } }).effects).toEqual([
      { do: "check_line", contact: CONTACT },
    ]);
  });

  it("opens first what does not work", () => {
    const run = checking().do({ type: "devices_changed", devices: { kind: "sound_only", cause: "denied" } });
    failed(checked(["camera_denied"], run), "camera_denied");
    expect(run.do({ type: "check_line_again" }).effects).toEqual([{ do: "reopen_media" }]);
    expect(told(run)).toMatchObject({ kind: "checking" });
    expect(run.wait(1000).effects).toEqual([]);
    expect(run.do({ type: "devices_changed", devices: { kind: "ready" } }).effects).toEqual([
      { do: "check_line", contact: CONTACT },
    ]);
  });

  it("lets the customer do without camera or microphone, and only without those", () => {
    const run = failed(checked(["camera_denied"]), "camera_denied");
    expect(told(run)).toEqual({ kind: "failed", fault: "camera_denied", without: "camera" });
    expect(run.do({ type: "go_without" }).effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
    expect(run.state.provenAt).toBeNull();
    const mute = failed(checked(["microphone_missing"]), "microphone_missing");
    expect(told(mute)).toMatchObject({ without: "microphone" });
    const cut = failed(checked(["camera_denied", "relay"]), "camera_denied", "relay");
    expect(told(cut)).toMatchObject({ without: null });
    expect(cut.do({ type: "go_without" }).effects).toEqual([]);
  });

  it("does not ask again about what the customer has already chosen to do without", () => {
    const run = Run.atDevices().do(
      { type: "devices_changed", devices: { kind: "sound_only", cause: "no_camera" } },
      { type: "connect" },
    );
    expect(checked(["camera_missing"], waiting(run)).effects).toEqual([
      { do: "report_line", contact: CONTACT, faults: [] },
    ]);
    expect(told(waiting(run, {}))).toEqual({ kind: "ready" });
    expect(run.state.provenAt).toBeNull();
  });

  it("takes no darkness behind the customer's own shutter for a fault", () => {
    const run = checking().do({ type: "set_picture", on: false });
    expect(checked(["camera_dark"], run).effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
  });

  it("tries again when it could not be made, and reports again what the server did not take", () => {
    const run = checking().do({ type: "line_unchecked", contact: CONTACT });
    expect(told(run)).toMatchObject({ kind: "checking" });
    expect(run.wait(LINE_AGAIN - 500).effects).toEqual([]);
    expect(run.wait(500).effects).toEqual([{ do: "check_line", contact: CONTACT }]);
    const problem = { code: "server.busy", opensAt: null, closing: false };
    checked([], run).do({ type: "command_refused", command: "report_line", about: CONTACT, problem });
    expect(run.state.visit.problem).toBeNull();
    expect(run.wait(LINE_AGAIN).effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
  });

  it("shows after a reload what the server knows, and is made again when asked", () => {
    const run = new Run().session(snapshot(toContinue())).do({ type: "continue_contact" });
    failed(run, "camera_dark");
    run.do({ type: "devices_changed", devices: { kind: "ready" } });
    expect(told(run)).toEqual({ kind: "failed", fault: "camera_dark", without: "camera" });
    expect(run.effects).toEqual([]);
    expect(run.do({ type: "go_without" }).effects).toEqual([{ do: "report_line", contact: CONTACT, faults: [] }]);
    expect(run.do({ type: "check_line_again" }).effects).toEqual([{ do: "check_line", contact: CONTACT }]);
  });

  it("ends with the contact, and hears no more of it", () => {
    const run = checking().session(snapshot());
    expect(run.state.line).toBeNull();
    expect(checked([], run).effects).toEqual([]);
    expect(run.do({ type: "line_progressed", contact: CONTACT, steps }).state.line).toBeNull();
    expect(run.do({ type: "line_unchecked", contact: CONTACT }).state.line).toBeNull();
    expect(run.do({ type: "check_line_again" }, { type: "go_without" }).effects).toEqual([]);
  });
});
