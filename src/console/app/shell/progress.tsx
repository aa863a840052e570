// The bar at the top: shows while requests take longer than a moment, and says so when the service asks us to wait.
import { useEffect, useState } from "preact/hooks";
import { pending, waiting_seconds } from "../connection/requests.ts";

const PATIENCE_MS = 400;

export const Progress = () => {
  const busy = pending.value > 0;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!busy) return setShown(false);
    const timer = setTimeout(setShown, PATIENCE_MS, true);
    return () => clearTimeout(timer);
  }, [busy]);
  const seconds = waiting_seconds.value;
  return (
    <>
      {shown && <div class="progress" role="progressbar" aria-label="Working" />}
      {seconds > 0 && (
        <p class="waiting" role="status">
          The service asks for a pause of {seconds} {seconds === 1 ? "second" : "seconds"}; then it goes on by
          itself.
        </p>
      )}
    </>
  );
};
