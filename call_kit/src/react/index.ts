// biome-ignore-all lint/performance/noBarrelFile: the door of the package's React part
export { useNow, useObservable } from "./hooks";
export { VideoView, type VideoViewProps } from "./video_view";
