import { codecContract, portableRunner } from "../kit/codec.ts";

codecContract(portableRunner);
