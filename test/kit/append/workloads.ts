/** What sessions do. */
import type { Session } from "./session.ts";

export type Workload = (session: Session) => Promise<void>;

/** Batches of one row and of several, together and apart; shards grow in place, fill, and are sealed. */
export const growing: Workload = async (session) => {
  await session.append(1);
  await Promise.all([session.append(1), session.append(2), session.append(1)]);
  await session.append(2);
  await session.commit();
  session.clock.advance(20);
  await session.append(3);
  await Promise.all([session.append(4), session.commit(), session.append(1)]);
  session.clock.advance(20);
  await session.append(5);
  await session.commit();
  session.clock.advance(20);
  await session.append(1);
  await session.close();
};

/** Rows that publish themselves as chunks fill, while more are appended. */
export const flowing: Workload = async (session) => {
  for (const rows of [3, 4, 2]) {
    await Promise.all([session.append(rows), session.append(1)]);
    session.clock.advance(20);
  }
  await session.append(1, "trades");
  await Promise.all([session.append(2, "trades"), session.append(6), session.append(3, "trades")]);
  await session.close();
};

/** Arrays that come late, of a length of their own and with rows to come; attributes; a second table. */
export const late: Workload = async (session) => {
  await session.append(3);
  await session.addArray("mood");
  await session.append(2);
  await session.addArray("age");
  await session.append(1);
  await session.append(4, "trades");
  await session.append(2);
  await session.commit();
  await session.append(3);
  await session.finalize();
  await session.append(1, "trades");
  await session.close();
};

/** After a crash: rows behind what is there, one publish, and no end. */
export const resuming: Workload = async (session) => {
  await session.append(1);
  await session.append(2);
  await session.append(1, "trades");
  await session.commit();
  await session.append(1);
};
