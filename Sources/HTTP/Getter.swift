// (engine to come) The two faces: a Getter reads, a Client can send anything.
