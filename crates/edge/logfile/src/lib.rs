//! Log files, standard input, compression and following
