BEGIN TRANSACTION;
CREATE TABLE embeddings (
	embedder VARCHAR(120) NOT NULL, 
	text_hash BLOB NOT NULL, 
	vector BLOB NOT NULL, 
	sentences BLOB, 
	PRIMARY KEY (embedder, text_hash)
);
INSERT INTO "embeddings" VALUES('bag-of-words/8',X'C7F218EAA26A303033FF7B15FD8773B2',X'0C32CCB134B21EB9EB2940AF322C75B9',X'32EDE3C5112C0A81F4DFEA81F69707DA');
INSERT INTO "embeddings" VALUES('bag-of-words/8',X'65E4D67B771DEF3624D5FCF968F13B6D',X'D638B8B48834EEB74BB5ED27A32B40B5',X'4FE40DE0961809815AC3518136E40758');
INSERT INTO "embeddings" VALUES('bag-of-words/8',X'C485B8DAAB204760260BECBA9B16B82B',X'3E3648B00BB357B9152E10B52232F9B6',X'32EDE3C5112C0A8129F4E99D05812422');
CREATE TABLE facts (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('format','1');
INSERT INTO "facts" VALUES('embedder','bag-of-words/8');
INSERT INTO "facts" VALUES('splitter','news-1+nupunkt-0.8');
CREATE TABLE passages (
	"key" INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	first INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	text_hash BLOB NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "passages" VALUES(3191552528319255490,3,0,1,0,68,X'C485B8DAAB204760260BECBA9B16B82B');
INSERT INTO "passages" VALUES(6057120190640870616,2,0,1,0,70,X'65E4D67B771DEF3624D5FCF968F13B6D');
CREATE TABLE versions (
	id INTEGER NOT NULL, 
	article VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	source TEXT NOT NULL, 
	title TEXT NOT NULL, 
	outlet TEXT NOT NULL, 
	published INTEGER, 
	authors TEXT NOT NULL, 
	url TEXT NOT NULL, 
	text_hash VARCHAR(64) NOT NULL, 
	sentence_ends BLOB NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "versions" VALUES(1,'c9a3f6adab',1,'replaced','https://example.org/bridge','Bridge','Orrin Wire',20250304,'Ada Pell
Bo Ness','https://example.org/bridge','c7f218eaa26a303033ff7b15fd8773b2fbb47bb2424fcc0e86d83520655fdf07',X'2A00000046000000','The bridge at Orrin was closed on Monday. Inspectors had found cracks.');
INSERT INTO "versions" VALUES(2,'ab274474a6',1,'searchable','vote','Vote','The Courant',NULL,'','','65e4d67b771def3624d5fcf968f13b6d86d9e9ae20e3b3c2f49a0263436f7c97',X'2300000046000000','Voters in Orrin chose a new mayor. She won by 81 votes, “a landslide”.');
INSERT INTO "versions" VALUES(3,'c9a3f6adab',2,'searchable','https://example.org/bridge','Bridge','Orrin Wire',20250304,'Ada Pell
Bo Ness','https://example.org/bridge','c485b8daab204760260becba9b16b82b66f6ab1c6e1ae029f5456718eccfec9e',X'2A00000044000000','The bridge at Orrin was closed on Monday. Inspectors had found rust.');
CREATE UNIQUE INDEX versions_by_article ON versions (article, version);
CREATE INDEX versions_by_state ON versions (state);
CREATE INDEX versions_by_text ON versions (text_hash);
CREATE INDEX passages_by_version ON passages (version);
COMMIT;
